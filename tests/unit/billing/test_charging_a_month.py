"""A month's quantities become the lines of a bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import charge_lines, total_of
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.quantities import MonthQuantities
from services.kit.money import Money
from tests.support.builders.billing import (
    PER_CALL,
    PRICES,
    a_month,
    a_price_book,
    a_span,
)

MIDDLE = date(2025, 10, 15)


def billed(books: list[PriceBook], quantities: MonthQuantities) -> list[tuple[str, str, str, str]]:
    """Gives description, quantity, unit price and amount of each line."""
    return [
        (
            line.description,
            f"{line.quantity.normalize():f}",
            f"{line.unit_price:f}",
            f"{line.amount.amount:f}",
        )
        for line in charge_lines("abc-solar", books, quantities)
    ]


def test_the_example_client_is_billed_to_the_cent() -> None:
    """October 2025 of the seed's example: 100,000 minutes, 10 DIDs, 50 GB, 5 hours."""
    used = a_span({("r1", 60): 99_999, ("r1", 30): 2}, support_hours="5")
    quantities = a_month(used, dids=10, gigabytes="50")

    lines = charge_lines("abc-solar", [a_price_book()], quantities)

    assert billed([a_price_book()], quantities) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes", "100000", "0.025", "2500.00"),
        ("Phone numbers (DIDs)", "10", "3", "30.00"),
        ("Data storage (GB)", "50", "1", "50.00"),
        ("Support hours", "5", "100", "500.00"),
    ]
    assert total_of(lines) == Money(Decimal("3580.00"), "USD")


def test_the_portal_of_the_seed_is_met_to_the_cent() -> None:
    """2,713,741 seconds are 45,230 minutes, rounded up once."""
    prices = {"platform": "500", "minute": "0.025", "did": "1"}
    quantities = a_month(a_span({("r1", 31): 87_540, ("r1", 1): 1}), dids=10)

    lines = charge_lines("meridian-hvac", [a_price_book(prices)], quantities)

    assert billed([a_price_book(prices)], quantities) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes", "45230", "0.025", "1130.75"),
        ("Phone numbers (DIDs)", "10", "1", "10.00"),
    ]
    assert total_of(lines) == Money(Decimal("1640.75"), "USD")


@pytest.mark.parametrize(
    ("platform", "minute", "did", "total"),
    [
        ("299", "0.03", "5", "1849.00"),
        ("499", "0.025", "3", "1779.00"),
        ("999", "0.02", "2", "2019.00"),
    ],
    ids=["bronze", "silver", "gold"],
)
def test_the_prices_of_the_tiers_are_charged(
    platform: str, minute: str, did: str, total: str
) -> None:
    """The seed's tiers, each with 50,000 minutes and 10 numbers."""
    prices = {"platform": platform, "minute": minute, "did": did}
    quantities = a_month(a_span({("r1", 60): 50_000}), dids=10)

    lines = charge_lines("abc-solar", [a_price_book(prices)], quantities)

    assert total_of(lines).amount == Decimal(total)


def test_a_month_of_nothing_shows_the_platform_and_no_minutes() -> None:
    """Lines of nothing are left out, but for minutes, which would be missed."""
    assert billed([a_price_book()], a_month()) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes", "0", "0.025", "0.00"),
    ]


def test_calls_rounded_by_themselves_are_billed_in_tenths_of_minutes() -> None:
    """With six-second increments 7 seconds are 12, and two calls of 61 seconds are 132."""
    book = a_price_book({"platform": "999", "minute": "0.02"}, tariff=PER_CALL)
    quantities = a_month(a_span({("r1", 7): 1, ("r2", 61): 2, ("r1", 0): 50}))

    assert billed([book], quantities)[1] == ("Minutes", "2.4", "0.02", "0.05")


def test_a_new_minute_price_in_the_middle_of_a_month_makes_two_lines() -> None:
    """Each call is charged by the book of its own day."""
    books = [a_price_book(), a_price_book({**PRICES, "minute": "0.02"}, since=MIDDLE)]
    spans = (a_span({("r1", 90): 1}, end=MIDDLE), a_span({("r1", 90): 2}, start=MIDDLE))

    assert billed(books, a_month(*spans)) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes, October 1 to 14", "2", "0.025", "0.05"),
        ("Minutes, October 15 to 31", "3", "0.02", "0.06"),
    ]


def test_days_of_the_same_price_are_rounded_up_together() -> None:
    """Where a cut is only needed for something else, minutes stay one line."""
    spans = (a_span({("r1", 90): 1}, end=MIDDLE), a_span({("r1", 90): 1}, start=MIDDLE))

    assert billed([a_price_book()], a_month(*spans))[1] == ("Minutes", "3", "0.025", "0.08")


def test_monthly_items_keep_the_price_that_the_month_began_with() -> None:
    """A new price of a number counts from the next month on."""
    books = [a_price_book(), a_price_book({**PRICES, "did": "4", "platform": "9"}, since=MIDDLE)]

    assert billed(books, a_month(dids=10)) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes", "0", "0.025", "0.00"),
        ("Phone numbers (DIDs)", "10", "3", "30.00"),
    ]


def test_a_client_signed_within_the_month_pays_by_its_first_book() -> None:
    """There is no other price, and the month is not cut in parts."""
    spans = (a_span(end=MIDDLE), a_span({("r1", 60): 4}, start=MIDDLE))

    assert billed([a_price_book(since=MIDDLE)], a_month(*spans, dids=1)) == [
        ("Platform license", "1", "500", "500.00"),
        ("Minutes", "4", "0.025", "0.10"),
        ("Phone numbers (DIDs)", "1", "3", "3.00"),
    ]


@pytest.mark.parametrize(
    ("without", "quantities", "day"),
    [
        ("platform", a_month(), "2025-10-01"),
        ("minute", a_month(a_span({("r1", 1): 1})), "2025-10-01"),
        ("did", a_month(dids=1), "2025-10-01"),
        ("gigabyte", a_month(gigabytes="0.000001"), "2025-10-01"),
        ("hour", a_month(a_span(support_hours="0.25")), "2025-10-01"),
    ],
)
def test_what_is_used_without_a_price_is_refused(
    without: str, quantities: MonthQuantities, day: str
) -> None:
    """There is no default price."""
    prices = {name: price for name, price in PRICES.items() if name != without}

    with pytest.raises(PriceMissing) as refused:
        charge_lines("abc-solar", [a_price_book(prices)], quantities)

    assert refused.value.metadata["tenant"] == "tenants/abc-solar"
    assert refused.value.metadata["date"] == day
    assert refused.value.metadata["item"] in set(Item)


def test_a_call_before_the_first_book_is_refused() -> None:
    """A book does not reach back."""
    spans = (a_span({("r1", 5): 1}, end=MIDDLE), a_span(start=MIDDLE))

    with pytest.raises(PriceMissing) as refused:
        charge_lines("abc-solar", [a_price_book(since=MIDDLE)], a_month(*spans))

    assert refused.value.metadata["item"] == "MINUTES"
    assert refused.value.metadata["date"] == "2025-10-01"


def test_a_call_nobody_answered_needs_no_price() -> None:
    """It is charged nothing under every tariff."""
    spans = (a_span({("r1", 0): 9}, end=MIDDLE), a_span(start=MIDDLE))

    assert len(billed([a_price_book(since=MIDDLE)], a_month(*spans))) == 2


calls = st.dictionaries(
    st.tuples(st.sampled_from(["r1", "r2"]), st.integers(0, 4000)), st.integers(1, 500), max_size=9
)
decimals = st.decimals("0", "1000", places=9).map(str)


@given(calls, calls, decimals, decimals, st.integers(0, 99))
def test_the_lines_add_up_to_the_total(
    before: dict[tuple[str, int], int],
    after: dict[tuple[str, int], int],
    old_price: str,
    new_price: str,
    dids: int,
) -> None:
    """Whatever is used at whatever price, every amount is whole cents and the sum is exact."""
    books = [
        a_price_book({**PRICES, "minute": old_price}),
        a_price_book({**PRICES, "minute": new_price}, since=MIDDLE, tariff=PER_CALL),
    ]
    quantities = a_month(a_span(before, end=MIDDLE), a_span(after, start=MIDDLE), dids=dids)

    lines = charge_lines("abc-solar", books, quantities)

    cents = [line.amount.amount * 100 for line in lines]
    assert all(amount == int(amount) for amount in cents)
    assert total_of(lines).amount * 100 == sum(cents)
