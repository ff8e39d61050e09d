"""Profit and loss: of a month that was, and of one that might be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.billing.domain import amounts
from services.billing.domain.item import Item
from services.billing.domain.margin import Margin
from services.billing.domain.month import Month
from services.billing.domain.overheads import FixedCost, OverheadBook, SupportStaff, total
from services.kit.money import CurrencyMismatch, Money

_PERCENT_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Result:
    """What comes in and what goes out in a month, all of one currency."""

    revenue: Money
    fixed_cost: Money
    variable_cost: Money
    support_person_count: int
    support_cost: Money

    @property
    def cost(self) -> Money:
        """All that goes out."""
        return self.fixed_cost + self.variable_cost + self.support_cost

    @property
    def profit(self) -> Money:
        return self.revenue - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        """Profit as a share of the revenue, half up to 2 places; None without revenue."""
        return percent_of(self.profit.amount, self.revenue.amount)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item over all clients; hours of support have a cost here only without staff.

    Without an item it is what was taken off everything.
    """

    item: Item | None
    revenue: Money
    variable_cost: Money


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """What a month came to; `problems` are the clients that are not in it, with the reason."""

    month: Month
    items: tuple[ItemResult, ...]
    overheads: OverheadBook
    client_count: int
    result: Result
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitUse:
    """What a client uses of an item in a month, and what a unit costs."""

    item: Item
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Scenario:
    """A month that might be."""

    client_count: int
    revenue_per_client: Money
    fixed_costs: tuple[FixedCost, ...]
    uses: tuple[UnitUse, ...]
    support_staff: SupportStaff | None


@dataclass(frozen=True, slots=True)
class UnitEconomics:
    """What one unit costs and brings."""

    unit_cost: Decimal
    unit_price: Decimal

    @property
    def profit(self) -> Decimal:
        return self.unit_price - self.unit_cost

    @property
    def markup_percent(self) -> Decimal | None:
        """Profit as a share of the cost, half up to 2 places; None if it costs nothing."""
        return percent_of(self.profit, self.unit_cost)


def project(scenario: Scenario) -> tuple[Result, Money]:
    """Gives what the month comes to, and what one client's use costs in it."""
    currency_code = scenario.revenue_per_client.currency_code
    uses = (Fraction(use.quantity) * Fraction(use.unit_cost) for use in scenario.uses)
    # A client's use is a bill of its own, so it is rounded before there are many of them.
    per_client = amounts.rounded(sum(uses, Fraction(0)), currency_code)
    staff = scenario.support_staff
    result = Result(
        revenue=scenario.revenue_per_client * scenario.client_count,
        fixed_cost=total(scenario.fixed_costs, currency_code),
        variable_cost=per_client * scenario.client_count,
        support_person_count=staff.people(scenario.client_count) if staff else 0,
        support_cost=staff.cost(scenario.client_count) if staff else Money.zero(currency_code),
    )
    return result, per_client


def profit_and_loss(
    month: Month, margins: Sequence[Margin], overheads: OverheadBook
) -> ProfitAndLoss:
    """Adds up a month over all clients.

    Staff is what support costs; the cost of an hour then only shares it out among the clients, and
    is left out here, so that nobody is paid twice.
    """
    currency_code, staff = overheads.currency_code, overheads.support_staff
    zero = Money.zero(currency_code)
    everything: list[Item | None] = [*Item, None]
    revenue, costs = dict.fromkeys(everything, zero), dict.fromkeys(everything, zero)
    problems: dict[str, str] = {}
    for margin in margins:
        told = margin.earnings
        if told is None or told.charge.currency_code != currency_code:
            problems[margin.tenant_id] = margin.problem or CurrencyMismatch.reason
            continue
        for line in told.lines:
            revenue[line.item] += line.charge
            if line.item is not Item.SUPPORT_HOURS or staff is None:
                costs[line.item] += line.cost
    items = [ItemResult(item, revenue[item], costs[item]) for item in everything]
    result = Result(
        revenue=sum((each.revenue for each in items), zero),
        fixed_cost=overheads.fixed_cost,
        variable_cost=sum((each.variable_cost for each in items), zero),
        support_person_count=staff.people(len(margins)) if staff else 0,
        support_cost=staff.cost(len(margins)) if staff else zero,
    )
    shown = tuple(each for each in items if each.revenue or each.variable_cost)
    return ProfitAndLoss(month, shown, overheads, len(margins), result, problems)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Gives a share in percent, half up to 2 places; None of nothing."""
    if not whole:
        return None
    return (part * 100 / whole).quantize(_PERCENT_STEP, ROUND_HALF_UP)
