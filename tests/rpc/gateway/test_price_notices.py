"""A client is shown new prices in its portal, and says that it has read them."""

from __future__ import annotations

from tests.support.gateway.price_notices_peer import a_notice
from tests.support.gateway.running import Browser, Running

TENANT = "tenants/abc-solar"
PAGE = "/prices/2026-02-01"


async def test_open_notices_stand_on_top_of_the_pages(gateway: Running, visitor: Browser) -> None:
    """Of the dashboard and of the invoices, until they are acknowledged."""
    gateway.world.price_notices[TENANT] = a_notice(TENANT)

    for path in ("/", "/invoices"):
        assert "Your prices change on Feb 1, 2026." in (await visitor.get(path)).text


async def test_a_notice_shows_prices_before_and_after(gateway: Running, visitor: Browser) -> None:
    """Item by item."""
    gateway.world.price_notices[TENANT] = a_notice(TENANT)

    page = (await visitor.get(PAGE)).text

    assert "New prices from Feb 1, 2026" in page
    assert "Phone numbers" in page
    assert page.index("$1.00") < page.index("$1.50")


async def test_a_notice_is_acknowledged_by_a_form(gateway: Running, visitor: Browser) -> None:
    """Without a script; then it is not on top of the pages any more."""
    gateway.world.price_notices[TENANT] = a_notice(TENANT)

    answer = await visitor.submit("/", f"{PAGE}/acknowledge")

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert "AcknowledgePriceNotice" in gateway.world.asked
    assert "Your prices change" not in (await visitor.get("/")).text
    page = (await visitor.get(PAGE)).text
    assert "Acknowledged on" in page
    assert "We have read this" not in page


async def test_a_forged_form_acknowledges_nothing(gateway: Running, visitor: Browser) -> None:
    """Somebody else's page can send a form too."""
    gateway.world.price_notices[TENANT] = a_notice(TENANT)

    answer = await visitor.post(f"{PAGE}/acknowledge", {"form_token": "guessed"})

    assert answer.status_code == 403
    assert "AcknowledgePriceNotice" not in gateway.world.asked


async def test_who_may_only_look_gets_no_button(gateway: Running, sunny: Browser) -> None:
    """A viewer sees what changes."""
    gateway.world.price_notices[TENANT] = a_notice(TENANT)
    gateway.world.permissions -= {"priceNotices.write"}
    await sunny.log_in()
    page = (await sunny.get(PAGE)).text

    assert "New prices from" in page
    assert "We have read this" not in page


async def test_a_notice_that_is_not_is_not_found(visitor: Browser) -> None:
    """Nor is what is no day."""
    for path in (PAGE, "/prices/soon"):
        assert (await visitor.get(path)).status_code == 404
