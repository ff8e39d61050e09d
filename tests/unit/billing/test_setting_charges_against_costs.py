"""A margin is what is charged less what is paid, and never a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from services.billing.domain.charges import LineKind, charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.item import Item
from services.billing.domain.margin import Earnings, earnings
from services.billing.domain.payees import CostMissing, Payees
from services.billing.domain.quantities import MonthQuantities
from services.kit.money import CurrencyMismatch, Money
from tests.support.builders.billing import (
    COSTS,
    PER_CALL,
    PRICES,
    a_cost_book,
    a_month,
    a_price_book,
    a_span,
)

MIDDLE = date(2025, 10, 15)
EXAMPLE = a_month(a_span({("r1", 60): 100_000}, support_hours="5"), dids=10, gigabytes="50")


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def earned(quantities: MonthQuantities) -> Earnings:
    """Sets the seed's prices against its costs."""
    lines = charge_lines("abc-solar", [a_price_book()], quantities)
    return earnings(lines, costs_of(Payees([a_cost_book()], {}), quantities, "USD"))


def test_the_example_client_earns_two_thirds() -> None:
    """What the seed hides from its client: cost 1,200, profit 2,380, margin 66 percent."""
    result = earned(EXAMPLE)

    assert result.charge == usd("3580.00")
    assert result.cost == usd("1200.00")
    assert result.profit == usd("2380.00")
    assert result.margin_percent == Decimal("66.48")
    assert result.margin_percent.quantize(Decimal(1), ROUND_HALF_UP) == 66


@pytest.mark.parametrize(
    ("item", "quantities", "cost_charge_profit", "markup_percent"),
    [
        (
            Item.MINUTES,
            a_month(a_span({("r1", 60): 1000})),
            (usd("10.00"), usd("25.00"), usd("15.00")),
            Decimal(150),
        ),
        (Item.DIDS, a_month(dids=1), (usd("1.00"), usd("3.00"), usd("2.00")), Decimal(200)),
        (
            Item.DATA_GIGABYTES,
            a_month(gigabytes="1"),
            (usd("0.10"), usd("1.00"), usd("0.90")),
            Decimal(900),
        ),
    ],
)
def test_each_unit_earns_its_mark_up(
    item: Item,
    quantities: MonthQuantities,
    cost_charge_profit: tuple[Money, Money, Money],
    markup_percent: Decimal,
) -> None:
    """The seed's mark-up examples; minutes by the thousand, for whole cents."""
    (line,) = (line for line in earned(quantities).lines if line.item is item)

    assert (line.cost, line.charge, line.profit) == cost_charge_profit
    assert line.profit.amount / line.cost.amount * 100 == markup_percent


def test_the_platform_is_pure_margin() -> None:
    """A cost of zero is a cost that was told."""
    (platform, _) = earned(a_month()).lines

    assert (platform.cost, platform.profit) == (usd("0"), usd("500.00"))


def test_a_route_of_its_own_cost_is_paid_by_it() -> None:
    """Routes without a cost of their own share the general one, and one rounding up."""
    calls = {("cheap", 90): 1, ("other", 90): 1, ("another", 90): 1}
    book = a_cost_book({**COSTS, "minute": "1"}, routes={"cheap": "0.5"})

    cost = costs_of(Payees([book], {}), a_month(a_span(calls)), "USD")[Item.MINUTES]

    assert (cost.quantity, cost.amount) == (Decimal(5), usd("4.00"))


def test_costs_are_rounded_once_for_an_item() -> None:
    """Two parts of half a cent are one cent, not two."""
    book = a_cost_book({**COSTS, "minute": "0.05"}, routes={"cheap": "0.05"}, tariff=PER_CALL)

    cost = costs_of(Payees([book], {}), a_month(a_span({("cheap", 6): 1, ("other", 6): 1})), "USD")

    assert cost[Item.MINUTES].amount == usd("0.01")


def test_a_new_cost_counts_from_its_day_on() -> None:
    """Minutes are paid for by the book of their day."""
    books = [a_cost_book(), a_cost_book({**COSTS, "minute": "0.02"}, since=MIDDLE)]
    spans = (a_span({("r1", 60): 100}, end=MIDDLE), a_span({("r1", 60): 100}, start=MIDDLE))

    assert costs_of(Payees(books, {}), a_month(*spans), "USD")[Item.MINUTES].amount == usd("3.00")


@pytest.mark.parametrize("without", list(COSTS))
def test_what_is_used_without_a_cost_is_refused(without: str) -> None:
    """Not even the platform is taken to be free."""
    costs = {name: cost for name, cost in COSTS.items() if name != without}

    with pytest.raises(CostMissing):
        costs_of(Payees([a_cost_book(costs)], {}), EXAMPLE, "USD")


def test_a_route_without_any_cost_is_refused() -> None:
    """Another route's cost is no cost of this one."""
    costs = {name: cost for name, cost in COSTS.items() if name != "minute"}
    book = a_cost_book(costs, routes={"cheap": "0.5"})

    with pytest.raises(CostMissing):
        costs_of(Payees([book], {}), a_month(a_span({("other", 1): 1})), "USD")


def test_costs_before_the_first_book_are_refused() -> None:
    """A book does not reach back, and none is none."""
    with pytest.raises(CostMissing):
        costs_of(Payees([], {}), a_month(), "USD")


def test_a_cost_in_another_currency_is_refused() -> None:
    """There is no rate of exchange here."""
    with pytest.raises(CurrencyMismatch):
        costs_of(Payees([a_cost_book()], {}), a_month(dids=1), "EUR")


def test_nothing_charged_has_no_margin_in_percent() -> None:
    """A share of nothing can't be told."""
    free = a_price_book({**PRICES, "platform": "0"})
    lines = charge_lines("abc-solar", [free], a_month())

    assert earnings(lines, {}).margin_percent is None


def test_a_loss_is_shown_as_one() -> None:
    """Selling below cost gives a negative profit, never a hidden one."""
    quantities = a_month(a_span({("r1", 60): 100}))
    lines = charge_lines(
        "abc-solar", [a_price_book({"platform": "0", "minute": "0.01"})], quantities
    )

    result = earnings(
        lines, costs_of(Payees([a_cost_book({**COSTS, "minute": "0.03"})], {}), quantities, "USD")
    )

    assert (result.profit, result.margin_percent) == (usd("-2.00"), Decimal("-200.00"))


def test_taxes_are_nobodys_earnings_and_discounts_are_everybodys() -> None:
    """A tax is passed on; what is taken off everything lowers the charge and has no cost."""
    lines = charge_lines("abc-solar", [a_price_book()], a_month())
    tax = replace(lines[0], item=None, kind=LineKind.TAX, code="NY", amount=usd("40.00"))
    discount = replace(lines[0], item=None, kind=LineKind.DISCOUNT, amount=usd("-50.00"))

    result = earnings([*lines, discount, tax], {})

    assert result.charge == usd("450.00")
    assert [(line.item, line.charge) for line in result.lines][-1] == (None, usd("-50.00"))
