"""Who may log in, and what each may do, at clients' portals and the operator's console."""

from __future__ import annotations

import pytest

from tests.support.gateway.running import Browser, Running
from veneer.tenancy.v1.user_service_pb2 import User

PAGE = "/team"
LEE = "tenants/abc-solar/users/u2"


async def test_everybody_is_shown_with_a_role(visitor: Browser) -> None:
    """Who looks is told which one it is, and has no buttons for itself."""
    text = (await visitor.get(PAGE)).text

    assert "Lee &lt;Park&gt;" in text
    assert "Dana Rivers <small>you</small>" in text
    assert '<option value="SUPERVISOR" selected>' in text
    assert "/team/u1/" not in text
    assert "Let in again" in text


async def test_a_role_is_changed_and_somebody_is_shut_out(
    gateway: Running, visitor: Browser
) -> None:
    """One thing at a time."""
    role = await visitor.submit(PAGE, f"{PAGE}/u2/role", role="BILLING")
    out = await visitor.submit(PAGE, f"{PAGE}/u2/state", state="out")

    assert (role.status_code, out.status_code) == (303, 303)
    assert f"UpdateUser {LEE} role {User.BILLING} 0" in gateway.world.asked
    assert f"UpdateUser {LEE} state 0 {User.DISABLED}" in gateway.world.asked


@pytest.mark.parametrize(
    ("user", "role", "status", "said"),
    [
        ("u1", "ADMIN", 400, "This is the last owner."),
        ("u2", "OWNER", 403, "Only an owner can do this."),
        ("u2", "KING", 400, "Choose one of the list."),
        ("u9", "ADMIN", 404, ""),
    ],
)
async def test_what_is_refused_is_told_beside_the_list(
    visitor: Browser, user: str, role: str, status: int, said: str
) -> None:
    """With what to do, and the list to do it in."""
    answer = await visitor.submit(PAGE, f"{PAGE}/{user}/role", role=role)

    assert answer.status_code == status
    assert said in answer.text
    assert "Lee &lt;Park&gt;" in answer.text


async def test_who_may_only_look_gets_no_buttons(gateway: Running, sunny: Browser) -> None:
    """The roles are words then."""
    gateway.world.permissions -= {"users.write"}
    await sunny.log_in()
    text = (await sunny.get(PAGE)).text

    assert "Supervisor" in text
    assert "Shut out<" not in text
    assert "<select" not in text


async def test_who_sees_no_money_begins_at_the_dialer(gateway: Running, sunny: Browser) -> None:
    """Its first page would be a refusal otherwise."""
    gateway.world.permissions -= {"invoices.read"}
    await sunny.log_in()

    assert (await sunny.get("/")).headers["location"] == "/live"


async def test_the_operators_people_are_in_the_console(operator: Browser) -> None:
    """By the same page."""
    assert "Lee &lt;Park&gt;" in (await operator.get(PAGE)).text
