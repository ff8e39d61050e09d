"""Seats and API calls are charged where they have a price, and part of the platform elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.item import Item
from services.billing.domain.payees import Payees
from services.billing.domain.price import Price
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.per_unit import PerUnit
from tests.support.builders.billing import COSTS, a_cost_book, a_month, a_price_book, with_price
from tests.support.builders.prices import tiers

USED = replace(a_month(), named_seat_count=12, peak_seat_count=7, api_call_count=1500)


def _billed(book: PriceBook) -> dict[Item, list[tuple[Decimal, Decimal]]]:
    found: dict[Item, list[tuple[Decimal, Decimal]]] = {}
    for line in charge_lines("abc-solar", [book], USED):
        assert line.item is not None
        found.setdefault(line.item, []).append((line.quantity, line.amount.amount))
    return found


def test_a_book_without_them_sells_the_platform_with_them() -> None:
    billed = _billed(a_price_book())

    assert set(billed).isdisjoint({Item.AGENT_SEATS_NAMED, Item.AGENT_SEATS_PEAK, Item.API_CALLS})


@pytest.mark.parametrize(
    ("item", "price", "lines"),
    [
        (Item.AGENT_SEATS_NAMED, PerUnit(Decimal("30")), [(12, "360.00")]),
        (Item.AGENT_SEATS_PEAK, PerUnit(Decimal("45.50")), [(7, "318.50")]),
        (
            Item.API_CALLS,
            Graduated(tiers(("1000", "0"), (None, "0.001"))),
            [(1000, "0.00"), (500, "0.50")],
        ),
    ],
)
def test_a_book_with_one_charges_for_it(
    item: Item, price: PerUnit | Graduated, lines: list[tuple[int, str]]
) -> None:
    billed = _billed(with_price(a_price_book(), item, Price(price)))

    assert billed[item] == [(Decimal(count), Decimal(amount)) for count, amount in lines]


def test_they_cost_nothing_unless_somebody_asks_for_money() -> None:
    """A margin is told without a cost of theirs."""
    free = costs_of(Payees([a_cost_book()], {}), USED, "USD")
    paid = costs_of(Payees([a_cost_book({**COSTS, "peak_seat": "4"})], {}), USED, "USD")

    assert Item.AGENT_SEATS_PEAK not in free
    assert paid[Item.AGENT_SEATS_PEAK].amount.amount == Decimal("28.00")
