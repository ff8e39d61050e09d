"""Discounts: what is taken off a month's charges, before taxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from services.billing.domain import amounts
from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span
from services.kit.errors import Kind, Refusal
from services.kit.money import Money, decimal_text

_UNIT: Final = "discount"
_PERCENT: Final = 100


class DiscountCurrencyDiffers(Refusal):
    """A discount of an amount is of another currency than the bill."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DISCOUNT_CURRENCY_DIFFERS"


@dataclass(frozen=True, slots=True)
class Reduction:
    """A percentage or an amount, off some items or, without any, off everything."""

    percent: Decimal | None = None
    amount: Money | None = None
    items: frozenset[Item] = frozenset()


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction of a tenant's months from the first to before the end, None for ever."""

    tenant_id: str
    discount_id: str
    description: str
    reduction: Reduction
    first_month: Month
    end_month: Month | None
    create_time: datetime
    coupon_id: str = ""

    def holds_in(self, month: Month) -> bool:
        """Tells whether a month is reduced."""
        return self.first_month <= month and (self.end_month is None or month < self.end_month)


def check_currency(discount: Discount, currency: str) -> None:
    """Refuses with DISCOUNT_CURRENCY_DIFFERS what cannot be taken off amounts of a currency."""
    amount = discount.reduction.amount
    if amount is not None and amount.currency_code != currency:
        raise DiscountCurrencyDiffers(
            f"The discount is in {amount.currency_code}, and the month is charged in {currency}.",
            discount=f"tenants/{discount.tenant_id}/discounts/{discount.discount_id}",
        )


def discounted(
    month: Month, lines: Sequence[ChargeLine], discounts: Iterable[Discount]
) -> tuple[ChargeLine, ...]:
    """Gives the month's charges with what is taken off them, one line a discount.

    One after the other, in the order in which they were given, each off what is left by those
    before it; nothing comes below zero. A line is rounded once. Refuses with
    DISCOUNT_CURRENCY_DIFFERS.
    """
    if not lines:
        return ()
    currency = lines[0].amount.currency_code
    rest = _Rest(lines)
    taken = []
    for each in sorted(discounts, key=lambda one: (one.create_time, one.discount_id)):
        if each.holds_in(month):
            check_currency(each, currency)
            off = rest.take(each.reduction, currency)
            if off.amount:
                taken.append(_line(month, each, off))
    return (*lines, *taken)


class _Rest:
    """What is left of each item, exactly, and of all of them in whole minor units."""

    def __init__(self, lines: Iterable[ChargeLine]) -> None:
        self._left: dict[Item | None, Fraction] = {}
        for line in lines:
            left = self._left.get(line.item, Fraction(0))
            self._left[line.item] = left + Fraction(line.amount.amount)
        self._total = sum(self._left.values(), Fraction(0))

    def take(self, reduction: Reduction, currency: str) -> Money:
        """Takes a reduction off, from each item by its share, and gives what was taken."""
        items = [item for item in self._left if not reduction.items or item in reduction.items]
        base = sum((self._left[item] for item in items), Fraction(0))
        wanted = _wanted(reduction, base)
        off = amounts.rounded(min(wanted, base), currency)
        # What is left of an item is no whole number of cents once a share of it was taken.
        off = min(off, amounts.rounded(self._total, currency))
        exact = Fraction(off.amount)
        self._total -= exact
        if base:
            for item in items:
                self._left[item] = max(self._left[item] * (1 - exact / base), Fraction(0))
        return off


def _wanted(reduction: Reduction, base: Fraction) -> Fraction:
    if reduction.percent is not None:
        return base * Fraction(reduction.percent) / _PERCENT
    assert reduction.amount is not None, "a reduction is a percentage or an amount"
    return Fraction(reduction.amount.amount)


def _line(month: Month, discount: Discount, off: Money) -> ChargeLine:
    items = discount.reduction.items
    return ChargeLine(
        item=next(iter(items)) if len(items) == 1 else None,
        description=", ".join(_words(discount)),
        quantity=Decimal(1),
        unit=_UNIT,
        unit_price=-off.amount,
        amount=-off,
        span=Span(month.first_date, month.end_date),
        kind=LineKind.DISCOUNT,
        code=discount.discount_id,
    )


def _words(discount: Discount) -> Iterator[str]:
    yield discount.description
    if discount.reduction.percent is not None:
        yield f"{decimal_text(discount.reduction.percent)}%"
