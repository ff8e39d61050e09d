"""A month in which prices change: by the day, or for the next month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.billing.domain.books import PriceBook, Proration
from services.billing.domain.charges import charge_lines
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.billing.domain.quantities import MonthQuantities
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.per_unit import PerUnit
from tests.support.builders.billing import (
    PER_PERIOD,
    PRICES,
    a_month,
    a_price_book,
    a_span,
    with_price,
)
from tests.support.builders.prices import tiers

# October has 31 days: 14 before this one, 17 from it on.
MIDDLE = date(2025, 10, 15)
TWO_CENTS = PerUnit(Decimal("0.02"))

Lines = list[tuple[str, str, str, str, str]]


def billed(books: list[PriceBook], quantities: MonthQuantities, item: Item) -> Lines:
    """Gives description, quantity, unit, unit price and amount of each line of an item."""
    return [
        (
            line.description,
            f"{line.quantity.normalize():f}",
            line.unit,
            f"{line.unit_price:f}",
            f"{line.amount.amount:f}",
        )
        for line in charge_lines("abc-solar", books, quantities)
        if line.item is item
    ]


def test_a_price_of_half_a_month_has_its_share_of_everything() -> None:
    """Tiers and included units count by days: 14 of 31, then 17 of 31."""
    old = Price(TWO_CENTS, PER_PERIOD, included_quantity=Decimal(310))
    new = Price(Graduated(tiers(("31", "1"), (None, "0.5"))), PER_PERIOD)
    books = [
        with_price(a_price_book(), Item.MINUTES, old),
        with_price(a_price_book(since=MIDDLE), Item.MINUTES, new),
    ]
    spans = (a_span({("r1", 60): 150}, end=MIDDLE), a_span({("r1", 60): 20}, start=MIDDLE))

    assert billed(books, a_month(*spans), Item.MINUTES) == [
        ("Minutes, included, October 1 to 14", "140", "minute", "0", "0.00"),
        ("Minutes, October 1 to 14", "10", "minute", "0.02", "0.20"),
        ("Minutes, up to 17, October 15 to 31", "17", "minute", "1", "17.00"),
        ("Minutes, above 17, October 15 to 31", "3", "minute", "0.5", "1.50"),
    ]


def by_days(book: PriceBook) -> PriceBook:
    return replace(book, proration=Proration.BY_DAYS)


def test_a_change_by_days_charges_each_price_for_its_days() -> None:
    """14 days of Bronze at 299 and 17 of Gold at 999: 135.03 and 547.84."""
    books = [
        a_price_book({**PRICES, "platform": "299"}),
        by_days(a_price_book({**PRICES, "platform": "999"}, since=MIDDLE)),
    ]

    assert billed(books, a_month(), Item.PLATFORM_LICENSE) == [
        ("Platform license, October 1 to 14", "0.451613", "month", "299", "135.03"),
        ("Platform license, October 15 to 31", "0.548387", "month", "999", "547.84"),
    ]


def test_numbers_are_charged_by_days_as_well() -> None:
    """Ten numbers, 14 days at 5 and 17 days at 3."""
    books = [
        a_price_book({**PRICES, "did": "5"}),
        by_days(a_price_book({**PRICES, "did": "3"}, since=MIDDLE)),
    ]

    assert billed(books, a_month(dids=10), Item.DIDS) == [
        ("Phone numbers (DIDs), October 1 to 14", "4.516129", "number", "5", "22.58"),
        ("Phone numbers (DIDs), October 15 to 31", "5.483871", "number", "3", "16.45"),
    ]


def test_what_does_not_change_stays_one_line() -> None:
    """A new price of minutes does not cut the platform in two."""
    books = [a_price_book(), by_days(a_price_book({**PRICES, "minute": "1"}, since=MIDDLE))]

    assert billed(books, a_month(), Item.PLATFORM_LICENSE) == [
        ("Platform license", "1", "month", "500", "500.00")
    ]


def test_a_client_signed_by_days_pays_from_its_first_day_on() -> None:
    """17 of 31 days of 500."""
    spans = (a_span(end=MIDDLE), a_span(start=MIDDLE))

    assert billed(
        [by_days(a_price_book(since=MIDDLE))], a_month(*spans), Item.PLATFORM_LICENSE
    ) == [("Platform license", "0.548387", "month", "500", "274.19")]


def test_a_minimum_of_half_a_month_is_its_share() -> None:
    """17 of 31 days of 310 are 170, of which one number at 3 is charged already."""
    price = Price(PerUnit(Decimal(3)), minimum_amount=Decimal(310))
    books = [
        a_price_book({**PRICES, "did": "0"}),
        by_days(with_price(a_price_book(since=MIDDLE), Item.DIDS, price)),
    ]

    assert billed(books, a_month(dids=31), Item.DIDS) == [
        ("Phone numbers (DIDs), October 1 to 14", "14", "number", "0", "0.00"),
        ("Phone numbers (DIDs), October 15 to 31", "17", "number", "3", "51.00"),
        (
            "Phone numbers (DIDs), minimum commitment, October 15 to 31",
            "1",
            "month",
            "119.00",
            "119.00",
        ),
    ]


def test_the_next_month_is_whole_again() -> None:
    """A book BY_DAYS that was in force from the first on is one line."""
    book = by_days(a_price_book(since=date(2025, 9, 15)))

    assert billed([book], a_month(dids=1), Item.DIDS) == [
        ("Phone numbers (DIDs)", "1", "number", "3", "3.00")
    ]
