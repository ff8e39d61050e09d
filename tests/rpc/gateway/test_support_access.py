"""Staff look at a client's portal, the client sees that, and nothing is changed by it."""

from __future__ import annotations

import re

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

CONSOLE = "/clients/abc-solar/support"
PAGE = "/support-access"
_LINK = re.compile(r'href="https://[^/"]+(/support\?token=[^"]+)"')


async def _looking(gateway: Running, operator: Browser) -> Browser:
    """Gives a browser of support that has come in by the link of the console."""
    given = await operator.submit(CONSOLE, CONSOLE, reason="Calls do not start", minutes="30")
    (link,) = _LINK.findall(given.text)
    support = gateway.at(gateway.world.parties["abc-solar"])
    come_in = await support.submit(link, "/support", token=link.partition("=")[2])
    assert (come_in.status_code, come_in.headers["location"]) == (303, "/")
    return support


async def test_support_looks_and_every_page_says_so(gateway: Running, operator: Browser) -> None:
    """With the time at which it ends."""
    support = await _looking(gateway, operator)

    for path in ("/", "/campaigns", "/team", "/activity"):
        page = await support.get(path)
        assert page.status_code == 200, path
        assert "as its support, until" in text_of(page.text)


async def test_support_changes_nothing_and_sees_no_log_in(
    gateway: Running, operator: Browser
) -> None:
    """Whatever form it sends: it is told so, and no service is asked."""
    support = await _looking(gateway, operator)
    gateway.world.asked.clear()
    changed = await support.submit("/team", "/team/invitations", email="eve@example.com")
    account = await support.get("/account")
    recordings = await support.get("/recordings")

    assert [each.status_code for each in (changed, account, recordings)] == [403, 403, 403]
    assert "Support only looks" in changed.text
    assert not [each for each in gateway.world.asked if each.startswith("CreateInvitation")]


async def test_support_ends_it(gateway: Running, operator: Browser) -> None:
    """The access too, not the session alone."""
    support = await _looking(gateway, operator)

    ended = await support.submit("/", "/logout")

    assert ended.headers["location"] == "/login"
    assert "LeaveSupport tenants/abc-solar/supportAccesses/s0" in gateway.world.asked
    assert (await support.get("/")).headers["location"] == "/login"


async def test_the_client_sees_looks_ends_one_and_forbids_them(
    gateway: Running, operator: Browser, visitor: Browser
) -> None:
    """Whoever looks is out within a minute."""
    support = await _looking(gateway, operator)
    shown = text_of((await visitor.get(PAGE)).text)
    await visitor.submit(PAGE, f"{PAGE}/s0/end")
    gateway.clock.advance(minutes=1)
    out = await support.get("/")
    await visitor.submit(PAGE, f"{PAGE}/policy", permission="nothing")

    assert "Calls do not start" in shown
    assert "Kim Poole" not in shown
    assert out.headers["location"] == "/login"
    assert not gateway.world.may_look
    assert "Support may not look" in text_of((await visitor.get(PAGE)).text)


async def test_a_look_without_a_reason_is_refused_beside_its_field(operator: Browser) -> None:
    """And no link is given."""
    answer = await operator.submit(CONSOLE, CONSOLE, reason=" ", minutes="30")

    assert answer.status_code == 400
    assert 'id="reason-wrong"' in answer.text
    assert not _LINK.findall(answer.text)


async def test_a_link_that_is_over_says_so(gateway: Running) -> None:
    """To whoever follows it, at the client's portal."""
    support = gateway.at(gateway.world.parties["abc-solar"])

    answer = await support.submit("/support?token=s9", "/support", token="s9")

    assert answer.status_code == 400
    assert "not good any more" in answer.text
