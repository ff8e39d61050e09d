"""Margin: what a client is charged against what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.costs import Cost
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.kit.money import Money

_PERCENT_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MarginLine:
    """Charge and cost of one item; without an item, what is taken off everything."""

    item: Item | None
    quantity: Decimal
    charge: Money
    cost_quantity: Decimal
    cost: Money

    @property
    def profit(self) -> Money:
        return self.charge - self.cost


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a month brings; there is at least one line."""

    lines: tuple[MarginLine, ...]
    charge: Money
    cost: Money

    @property
    def profit(self) -> Money:
        return self.charge - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        """Profit as a share of the charge, half up to 2 places; None if nothing is charged."""
        if not self.charge:
            return None
        percent = self.profit.amount * 100 / self.charge.amount
        return percent.quantize(_PERCENT_STEP, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Margin:
    """What one client brings in one month; without earnings, `problem` is the reason."""

    tenant_id: str
    tenant_display_name: str
    month: Month
    as_of_time: datetime
    earnings: Earnings | None
    problem: str


def earnings(lines: Sequence[ChargeLine], costs: Mapping[Item, Cost]) -> Earnings:
    """Sets charges against costs, one line an item, in the order of an invoice.

    Taxes are left out: they are passed on, and nobody earns by them.
    """
    earning = [line for line in lines if line.kind is not LineKind.TAX]
    charge = total_of(earning)
    nothing = Cost(Decimal(0), Money.zero(charge.currency_code))
    found: list[MarginLine] = []
    for item in (*Item, None):
        charged = [line for line in earning if line.item is item]
        cost = costs.get(item, nothing) if item else nothing
        if charged or cost.amount:
            found.append(_line(item, charged, cost))
    result = Earnings(tuple(found), charge, sum((line.cost for line in found), nothing.amount))
    assert sum((line.charge for line in found), nothing.amount) == charge
    return result


def _line(item: Item | None, charged: Sequence[ChargeLine], cost: Cost) -> MarginLine:
    zero = Money.zero(cost.amount.currency_code)
    return MarginLine(
        item=item,
        # Fees and packages are charged in other units than what is used.
        quantity=sum(
            (line.quantity for line in charged if item and line.unit == item.unit), Decimal(0)
        ),
        charge=sum((line.amount for line in charged), zero),
        cost_quantity=cost.quantity,
        cost=cost.amount,
    )
