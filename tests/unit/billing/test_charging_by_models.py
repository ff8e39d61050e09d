"""Prices of every model become lines that explain themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.item import Item
from services.billing.domain.margin import earnings
from services.billing.domain.payees import Payees
from services.billing.domain.price import Price
from services.billing.domain.quantities import MonthQuantities
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.volume import Volume
from tests.support.builders.billing import (
    COSTS,
    PER_CALL,
    PER_PERIOD,
    a_cost_book,
    a_month,
    a_price_book,
    a_span,
    with_price,
)
from tests.support.builders.prices import tiers

TWO_CENTS = PerUnit(Decimal("0.02"))
TIERS = tiers(("1000", "0.03"), ("5000", "0.025"), (None, "0.02"))

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


def minutes(price: Price, *calls: tuple[int, int]) -> Lines:
    """Bills a month of calls, given as billable seconds and number."""
    book = with_price(a_price_book(), Item.MINUTES, price)
    used = a_span({("r1", seconds): count for seconds, count in calls})
    return billed([book], a_month(used), Item.MINUTES)


@pytest.mark.parametrize(
    ("price", "lines"),
    [
        (
            Price(Flat(Decimal(250)), PER_PERIOD),
            [("Minutes, flat rate", "1", "month", "250", "250.00")],
        ),
        (
            Price(Graduated(TIERS), PER_PERIOD),
            [
                ("Minutes, up to 1,000", "1000", "minute", "0.03", "30.00"),
                ("Minutes, above 1,000 up to 5,000", "4000", "minute", "0.025", "100.00"),
                ("Minutes, above 5,000", "1000", "minute", "0.02", "20.00"),
            ],
        ),
        (
            Price(Volume(TIERS), PER_PERIOD),
            [("Minutes, above 5,000", "6000", "minute", "0.02", "120.00")],
        ),
        (
            Price(Package(Decimal(2500), Decimal(40)), PER_PERIOD),
            [("Minutes, by 2,500", "3", "package", "40", "120.00")],
        ),
        (
            Price(TWO_CENTS, PER_PERIOD, included_quantity=Decimal(1000)),
            [
                ("Minutes, included", "1000", "minute", "0", "0.00"),
                ("Minutes", "5000", "minute", "0.02", "100.00"),
            ],
        ),
        (
            Price(TWO_CENTS, PER_PERIOD, minimum_amount=Decimal(500)),
            [
                ("Minutes", "6000", "minute", "0.02", "120.00"),
                ("Minutes, minimum commitment", "1", "month", "380.00", "380.00"),
            ],
        ),
        (
            Price(TWO_CENTS, replace(PER_PERIOD, connect_fee=Decimal("0.001"))),
            [
                ("Minutes", "6000", "minute", "0.02", "120.00"),
                ("Minutes, connect fee", "6000", "call", "0.001", "6.00"),
            ],
        ),
    ],
    ids=["flat", "graduated", "volume", "package", "included", "commitment", "connect fee"],
)
def test_six_thousand_minutes_by_every_model(price: Price, lines: Lines) -> None:
    """Each line says what it is of."""
    assert minutes(price, (60, 6000)) == lines


def test_a_commitment_is_billed_even_if_nothing_is_used() -> None:
    """That is what was committed to."""
    price = Price(TWO_CENTS, PER_PERIOD, minimum_amount=Decimal(500))

    assert minutes(price) == [("Minutes, minimum commitment", "1", "month", "500.00", "500.00")]


def test_included_units_are_used_up_before_tiers_begin() -> None:
    """500 free ones, and then 1,000 in the first tier."""
    price = Price(Graduated(TIERS), PER_PERIOD, included_quantity=Decimal(500))

    assert minutes(price, (60, 1600)) == [
        ("Minutes, included", "500", "minute", "0", "0.00"),
        ("Minutes, up to 1,000", "1000", "minute", "0.03", "30.00"),
        ("Minutes, above 1,000 up to 5,000", "100", "minute", "0.025", "2.50"),
    ]


def test_free_and_minimum_seconds_make_fewer_and_more_minutes() -> None:
    """Calls of 5, 8 and 70 seconds with 5 free and 30 at least are 96 seconds."""
    tariff = replace(PER_CALL, free_seconds=5, minimum_seconds=30)

    assert minutes(Price(PerUnit(Decimal(1)), tariff), (5, 1), (8, 1), (70, 1)) == [
        ("Minutes", "1.6", "minute", "1", "1.60")
    ]


def test_the_margin_counts_units_not_packages_or_fees() -> None:
    """Quantities of an item are of one unit; the money is all of it."""
    tariff = replace(PER_PERIOD, connect_fee=Decimal("0.01"))
    book = with_price(a_price_book(), Item.MINUTES, Price(TWO_CENTS, tariff))
    costs = a_cost_book(tariff=replace(PER_PERIOD, connect_fee=Decimal("0.002")))
    quantities = a_month(a_span({("r1", 60): 100}))

    lines = charge_lines("abc-solar", [book], quantities)
    result = earnings(lines, costs_of(Payees([costs], {}), quantities, "USD"))

    (of_minutes,) = (line for line in result.lines if line.item is Item.MINUTES)
    assert (of_minutes.quantity, of_minutes.charge.amount) == (Decimal(100), Decimal("3.00"))
    assert (of_minutes.cost_quantity, of_minutes.cost.amount) == (Decimal(100), Decimal("1.20"))


def test_a_vendor_may_charge_fees_too() -> None:
    """Its tariff is read in full, on both sides."""
    book = a_cost_book(COSTS, tariff=replace(PER_CALL, minimum_seconds=30))

    cost = costs_of(Payees([book], {}), a_month(a_span({("r1", 6): 10})), "USD")[Item.MINUTES]

    assert (cost.quantity, cost.amount.amount) == (Decimal(5), Decimal("0.05"))
