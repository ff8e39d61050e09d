"""People see and end their sessions."""

from __future__ import annotations

import re

from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import PASSWORD

PAGE = "/account"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"


async def _elsewhere(gateway: Running) -> Browser:
    """Logs in with another browser."""
    other = gateway.at(gateway.world.parties["abc-solar"])
    page = await other.get("/login")
    token = re.findall(r'name="form_token" value="([0-9a-f]+)"', page.text)[0]
    form = {"email": "dana@example.com", "password": PASSWORD, "form_token": token}
    await other.post("/login", form, user_agent=FIREFOX)
    return other


async def test_one_session_is_ended_and_this_one_stays(gateway: Running, visitor: Browser) -> None:
    """Each is told by its browser; the other is out at once."""
    await visitor.submit(PAGE, "/account/sessions")
    other = await _elsewhere(gateway)
    page = (await visitor.get(PAGE)).text
    (session,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)

    await visitor.submit(PAGE, "/account/sessions", session=session)

    assert "Firefox, Windows" in page
    assert "this one" in page
    assert (await other.get("/calls")).status_code == 303
    assert (await visitor.get(PAGE)).status_code == 200


async def test_nobody_ends_another_persons_session(gateway: Running, visitor: Browser) -> None:
    """Nor learns that there is one."""
    at_meridian = gateway.at(gateway.world.parties["meridian"])
    await at_meridian.log_in()
    page = (await at_meridian.get(PAGE)).text
    theirs = re.findall(r'name="session" value="([0-9a-f]{64})"', page)

    await visitor.submit(PAGE, "/account/sessions", session="0" * 64)
    await visitor.submit(PAGE, "/account/sessions")

    assert theirs == []
    assert (await at_meridian.get(PAGE)).status_code == 200
