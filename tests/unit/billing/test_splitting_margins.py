"""Margins split: the parts are the whole, exactly, whatever the prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import CallClass
from services.billing.domain.charges import charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.item import Item
from services.billing.domain.margin_cells import Account, Cells, split
from services.billing.domain.payees import Payees
from services.billing.domain.price import Price
from services.billing.domain.quantities import CallKind, MonthQuantities
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.per_unit import PerUnit
from tests.support.builders.billing import (
    PER_CALL,
    PER_PERIOD,
    a_cost_book,
    a_kind,
    a_month,
    a_price_book,
    a_span,
    with_price,
)
from tests.support.builders.prices import tiers

CARRIERS = {"r1": "blue", "r2": "red"}
FIRST = date(2025, 10, 1)


def cells_of(book: PriceBook, quantities: MonthQuantities, by_day: bool = False) -> Cells:
    """Splits a month with the seed's costs, bought by the call."""
    payees = Payees([a_cost_book(tariff=PER_CALL)], CARRIERS)
    lines = charge_lines("abc-solar", [book], quantities)
    costs = costs_of(payees, quantities, "USD")
    return Account("abc-solar", [book], payees, quantities, lines, costs).cells(by_day)


def charges(cells: Cells, group: str) -> dict[object, Fraction]:
    return {key[0]: cell.charge for key, cell in split([cells], [group]).items()}


kinds = st.builds(
    a_kind,
    seconds=st.integers(0, 300),
    route=st.sampled_from(["r1", "r2"]),
    direction=st.sampled_from(["OUTBOUND", "INBOUND"]),
    zone=st.sampled_from(["US", "GB"]),
)
calls = st.dictionaries(kinds, st.integers(1, 50), max_size=8)
minute_prices = st.sampled_from(
    [
        Price(PerUnit(Decimal("0.025")), PER_PERIOD),
        Price(PerUnit(Decimal("0.025")), replace(PER_CALL, connect_fee=Decimal("0.003"))),
        Price(PerUnit(Decimal("0.02")), replace(PER_CALL, free_seconds=300)),
        Price(PerUnit(Decimal("0.02")), PER_CALL, included_quantity=Decimal(30)),
        Price(PerUnit(Decimal("0.02")), PER_CALL, minimum_amount=Decimal(40)),
        Price(Graduated(tiers(("10", "0.03"), (None, "0.01"))), PER_CALL),
        Price(Flat(Decimal(75)), PER_PERIOD),
    ]
)


@settings(max_examples=80, deadline=None)
@given(first=calls, second=calls, price=minute_prices, abroad=minute_prices)
def test_the_parts_are_the_whole(
    first: dict[CallKind, int], second: dict[CallKind, int], price: Price, abroad: Price
) -> None:
    """Charges to the last fraction of a cent, costs but for the rounding of the item."""
    book = with_price(a_price_book(), Item.MINUTES, price)
    book = with_price(book, Item.MINUTES, abroad, CallClass(zone="GB"))
    middle = FIRST + timedelta(days=10)
    spans = (a_span(first, end=middle), a_span(second, start=middle))

    cells = cells_of(book, a_month(*spans, dids=2, gigabytes="3"), by_day=True)

    assert sum(cell.charge for cell in cells.cells.values()) == Fraction(cells.charge.amount)
    cost = sum(cell.cost for cell in cells.cells.values())
    assert abs(cost - Fraction(cells.cost.amount)) <= Fraction("0.005")


def test_calls_are_split_by_zone_and_carrier() -> None:
    """A hundred minutes at home by one carrier, fifty abroad by another."""
    calls = {a_kind(60, "r1", zone="US"): 100, a_kind(60, "r2", zone="GB"): 50}
    cells = cells_of(a_price_book(), a_month(a_span(calls)))

    assert charges(cells, "zone") == {"": 500, "US": Fraction("2.5"), "GB": Fraction("1.25")}
    assert charges(cells, "carrier") == {"": 500, "blue": Fraction("2.5"), "red": Fraction("1.25")}


def test_days_share_what_is_rounded_up_together() -> None:
    """Two calls of half a minute on two days are one minute of the month."""
    days = (
        a_span({a_kind(30): 1}, end=date(2025, 10, 2)),
        a_span({a_kind(30): 1}, start=date(2025, 10, 2)),
    )
    book = a_price_book({"platform": "0", "minute": "1"})
    cells = cells_of(book, a_month(*days), by_day=True)

    assert charges(cells, "day") == {
        "": 0,
        "2025-10-01": Fraction(1, 2),
        "2025-10-02": Fraction(1, 2),
    }


def test_minutes_that_nobody_used_stay_whole() -> None:
    """A flat rate without a call is of no zone."""
    book = with_price(a_price_book(), Item.MINUTES, Price(Flat(Decimal(75)), PER_PERIOD))

    cells = cells_of(book, a_month())

    assert charges(cells, "item")[Item.MINUTES] == 75
