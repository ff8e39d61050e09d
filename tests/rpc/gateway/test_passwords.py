"""People change their password, or choose a new one by a link."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import PASSWORD

NEW = {"new_password": "another long password", "repeated": "another long password"}


async def test_a_change_ends_ones_other_sessions(
    gateway: Running, visitor: Browser, sunny: Browser
) -> None:
    """And this one stays."""
    other = gateway.at(gateway.world.parties["abc-solar"])
    await other.log_in()

    answer = await visitor.submit("/account", "/account/password", password=PASSWORD, **NEW)
    page = await visitor.get(answer.headers["location"])

    assert "Your password is changed." in page.text
    assert (await other.get("/calls")).status_code == 303


async def test_what_is_wrong_is_told_beside_its_field(gateway: Running, visitor: Browser) -> None:
    """A wrong password, two that differ, and one that is too weak."""
    path = "/account/password"
    wrong = await visitor.submit("/account", path, password="not this one", **NEW)
    differ = await visitor.submit("/account", path, password=PASSWORD, **{**NEW, "repeated": "x"})
    short = {"new_password": "short", "repeated": "short"}
    weak = await visitor.submit("/account", path, password=PASSWORD, **short)

    assert [each.status_code for each in (wrong, differ, weak)] == [400, 400, 400]
    assert "This is not your password." in wrong.text
    assert "The two passwords are not the same." in differ.text
    assert "12 to 200 characters" in weak.text
    assert gateway.world.asked.count("ChangePassword") == 2


async def test_a_link_is_asked_for_and_followed(gateway: Running, sunny: Browser) -> None:
    """From the log-in and back to it; who has an address is not said."""
    login = await sunny.get("/login")
    sent = await sunny.submit("/forgotten", "/forgotten", email="dana@abc-solar.example")
    form = await sunny.get("/new-password?token=good-token")
    done = await sunny.submit(
        "/new-password?token=good-token", "/new-password", token="good-token", **NEW
    )
    back = await sunny.get(done.headers["location"])

    assert 'href="/forgotten"' in login.text
    assert "If somebody logs in here with dana@abc-solar.example" in text_of(sent.text)
    assert "RequestPasswordReset dana@abc-solar.example" in " ".join(gateway.world.asked)
    assert "For dana@example.com." in text_of(form.text)
    assert "Your password is changed. Log in with the new one." in text_of(back.text)


async def test_a_link_that_is_over_says_so(gateway: Running, sunny: Browser) -> None:
    """And what to do."""
    page = await sunny.get("/new-password?token=old-token")

    assert page.status_code == 400
    assert "This link is not good any more. Please ask for a new one." in text_of(page.text)
