"""People log in, stay for a while, and log out."""

from __future__ import annotations

import pytest

from services.kit.errors import Unavailable
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import TooManyAttempts
from veneer.tenancy.v1.tenant_service_pb2 import Tenant

SESSION = "__Host-session"


async def test_a_stranger_is_sent_to_the_log_in_and_back(sunny: Browser) -> None:
    """To the page that was asked for."""
    sent = await sunny.get("/calls?answered=1")
    back = await sunny.log_in(next="/calls?answered=1")

    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/login?next=%2Fcalls%3Fanswered%3D1",
    )
    assert (back.status_code, back.headers["location"]) == (303, "/calls?answered=1")


async def test_the_cookie_is_for_this_host_and_not_for_scripts(sunny: Browser) -> None:
    """Its name makes browsers refuse it from anybody else."""
    answer = await sunny.log_in()

    cookie = next(
        each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{SESSION}=")
    )
    attributes = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/"} == attributes


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/\n/x"]
)
async def test_nobody_is_sent_elsewhere_after_the_log_in(sunny: Browser, elsewhere: str) -> None:
    """A link to our log-in must not end on another site."""
    answer = await sunny.log_in(next=elsewhere)

    assert answer.headers["location"] == "/"


async def test_a_wrong_password_is_401_and_says_not_which_is_wrong(sunny: Browser) -> None:
    """The address stays in the form, the password does not."""
    answer = await sunny.log_in(password="not this one")

    assert answer.status_code == 401
    assert "The e-mail address or the password is not right." in answer.text
    assert "dana@example.com" in answer.text
    assert "not this one" not in answer.text
    assert SESSION not in sunny.cookies


async def test_too_many_attempts_are_429_and_say_when_to_come_back(
    gateway: Running, sunny: Browser
) -> None:
    """In words and in the header."""
    gateway.world.failures["AuthenticateUser"] = TooManyAttempts("Too many attempts.")

    answer = await sunny.log_in()

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Too many attempts." in answer.text


async def test_a_form_of_another_site_is_refused(sunny: Browser) -> None:
    """Without our token, or by the browser's own word."""
    without = await sunny.post("/login", {"email": "a@b.example", "password": "x"})
    await sunny.get("/login")
    guessed = await sunny.post("/login", {"email": "a", "password": "x", "form_token": "0" * 64})

    assert (without.status_code, guessed.status_code) == (403, 403)


async def test_a_form_from_another_origin_is_refused(visitor: Browser) -> None:
    """Even with the right token."""
    page = (await visitor.get("/api")).text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    form = {"form_token": token, "display_name": "X"}

    answers = [
        await visitor.post("/api/keys", form, origin="https://evil.example"),
        await visitor.post("/api/keys", form, sec_fetch_site="cross-site"),
    ]

    assert [each.status_code for each in answers] == [403, 403]


async def test_a_session_of_one_portal_is_none_at_another(
    gateway: Running, visitor: Browser
) -> None:
    """Though the cookie be carried there."""
    other = gateway.at(gateway.world.parties["meridian"])
    other.cookies.update(visitor.cookies)
    console = gateway.at(gateway.world.parties["northgate"])
    console.cookies.update(visitor.cookies)

    answers = [await other.get("/"), await console.get("/")]

    assert [each.headers.get("location") for each in answers] == ["/login", "/login"]


async def test_a_session_does_not_open_the_api(visitor: Browser) -> None:
    """Programs have keys; a browser could be made to ask."""
    answer = await visitor.get("/v1/tenants/abc-solar/usageSummaries/2025-10")

    assert answer.status_code == 401


async def test_logging_out_ends_the_session_everywhere(visitor: Browser) -> None:
    """A copy of the cookie is worth nothing."""
    copy = dict(visitor.cookies)

    answer = await visitor.submit("/", "/logout")
    visitor.cookies.update(copy)

    assert answer.headers["location"] == "/login"
    assert (await visitor.get("/")).status_code == 303


async def test_a_session_ends_when_it_is_not_used(gateway: Running, visitor: Browser) -> None:
    """After two hours."""
    gateway.clock.advance(hours=1, minutes=59)
    still = await visitor.get("/")
    gateway.clock.advance(hours=1, minutes=59)
    prolonged = await visitor.get("/")
    gateway.clock.advance(hours=2, minutes=1)
    over = await visitor.get("/")

    assert [each.status_code for each in (still, prolonged, over)] == [200, 200, 303]


async def test_a_session_ends_however_much_it_is_used(gateway: Running, visitor: Browser) -> None:
    """After twelve hours."""
    statuses = []
    for _ in range(13):
        gateway.clock.advance(hours=1)
        statuses.append((await visitor.get("/")).status_code)

    assert statuses == [200] * 11 + [303] * 2


async def test_a_user_who_was_shut_out_is_out_within_a_minute(
    gateway: Running, visitor: Browser
) -> None:
    """And stays out when let in again: the session is gone."""
    await visitor.get("/")
    gateway.world.revoked_users.add("tenants/abc-solar/users/u1")
    gateway.clock.advance(minutes=1)
    out = await visitor.get("/")
    gateway.world.revoked_users.clear()
    gateway.clock.advance(minutes=1)

    assert out.status_code == 303
    assert (await visitor.get("/")).status_code == 303


async def test_tenancy_being_away_does_not_log_anybody_out(
    gateway: Running, visitor: Browser
) -> None:
    """The page says to come back; the session stays."""
    gateway.clock.advance(minutes=1)
    gateway.world.failures["RenewPrincipal"] = Unavailable()
    away = await visitor.get("/")
    gateway.world.failures.clear()

    assert away.status_code == 503
    assert (await visitor.get("/")).status_code == 200


async def test_who_is_held_is_told_so_after_a_right_password_alone(
    gateway: Running, sunny: Browser
) -> None:
    """Nobody learns from the log-in that a company is suspended but its own people."""
    gateway.world.states["tenants/abc-solar"] = Tenant.SUSPENDED
    wrong = await sunny.log_in(password="not this one")
    right = await sunny.log_in()

    assert (wrong.status_code, right.status_code) == (401, 403)
    assert "suspended" not in wrong.text
    assert "service is suspended" in right.text
    assert "Please ask Northgate Voice." in right.text
    assert SESSION not in sunny.cookies
