"""The operator reads a client's prices, and sets new ones with notice."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

TENANT = "tenants/abc-solar"
PAGE = "/clients/abc-solar/prices"
FORM = {"base": f"{TENANT}/priceBooks/b1", "price_1": "500", "price_2": "0.027", "price_3": "1"}


async def test_the_books_stand_with_their_days(operator: Browser) -> None:
    """And which one is in force."""
    text = text_of((await operator.get(PAGE)).text)

    assert "From Jan 1, 2025 in force" in text
    assert "Minutes $0.025 the month&#39;s seconds together" in text


async def test_new_prices_are_a_new_book(gateway: Running, operator: Browser) -> None:
    """Of which all that was not changed is as it was."""
    await operator.submit(PAGE, PAGE, effective_date="2027-01-01", **FORM)

    (book,) = gateway.world.purse(TENANT).price_books
    page = text_of((await operator.get(PAGE)).text)
    assert [price.unit_price.value for price in book.prices] == ["500", "0.027", "1"]
    assert book.prices[1].duration_tariff.next_increment_seconds == 60
    assert "From Jan 1, 2027 to come" in page


async def test_too_short_a_notice_is_refused_with_the_earliest_day(
    gateway: Running, operator: Browser
) -> None:
    """Unless the client has asked for it; what was typed is kept."""
    tomorrow = gateway.clock.now().date().isoformat()

    refused = await operator.submit(PAGE, PAGE, effective_date=tomorrow, **FORM)
    waived = await operator.submit(
        PAGE, PAGE, effective_date=tomorrow, notice_waived_reason="They asked for it.", **FORM
    )

    assert refused.status_code == 400
    assert "prices can change from" in refused.text
    assert 'value="0.027"' in refused.text
    assert waived.status_code == 303


async def test_a_client_is_put_on_a_plan(gateway: Running, operator: Browser) -> None:
    """By the version that was chosen."""
    await operator.submit(PAGE, PAGE, effective_date="2027-01-01", plan="planVersions/silver.2")

    (book,) = gateway.world.purse(TENANT).price_books
    assert (book.plan_version, list(book.prices)) == ("planVersions/silver.2", [])


async def test_what_is_no_price_is_told_and_kept(gateway: Running, operator: Browser) -> None:
    """No half of a book is made."""
    wrong = {**FORM, "price_2": "0,027"}

    answer = await operator.submit(PAGE, PAGE, effective_date="2027-01-01", **wrong)

    assert answer.status_code == 400
    assert 'value="0,027"' in answer.text
    assert gateway.world.purse(TENANT).price_books == []
