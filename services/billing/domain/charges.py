"""Charges: what is due, line by line, each rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import reduce

from services.billing.domain import amounts
from services.billing.domain.books import PriceBook
from services.billing.domain.dues import Due, Dues, PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import MonthQuantities, Span
from services.billing.domain.rating import commitment
from services.billing.domain.rating.part import Part
from services.kit.money import Money

# Shown even if nothing was used: a bill without minutes would look as if they were forgotten.
_ALWAYS_SHOWN = frozenset({Item.PLATFORM_LICENSE, Item.MINUTES})


class LineKind(StrEnum):
    """What a line is: of its own month, of an earlier one, taken off, or a tax on the others."""

    CHARGE = "CHARGE"
    ADJUSTMENT = "ADJUSTMENT"
    DISCOUNT = "DISCOUNT"
    TAX = "TAX"


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a statement or an invoice; `span` is what it is charged for, whole or in part.

    A tax has no item, nor has a discount on everything; their `code` says which it is. An
    adjustment has the month that it corrects.
    """

    item: Item | None
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Money
    span: Span
    kind: LineKind = LineKind.CHARGE
    code: str = ""
    original_month: Month | None = None


def charge_lines(
    tenant_id: str, books: Sequence[PriceBook], quantities: MonthQuantities
) -> tuple[ChargeLine, ...]:
    """Gives what a month comes to, in the order of an invoice.

    Minutes and hours are charged by the book of their day, the monthly items as the books'
    proration says. Refuses with PRICE_MISSING if something used has no price.
    """
    priced = priced_lines(tenant_id, books, quantities)
    if priced.missing:
        raise priced.missing[0]
    return priced.lines


@dataclass(frozen=True, slots=True)
class Priced:
    """What could be priced, and a refusal for each item that could not."""

    lines: tuple[ChargeLine, ...]
    missing: tuple[PriceMissing, ...]


def priced_lines(tenant_id: str, books: Sequence[PriceBook], quantities: MonthQuantities) -> Priced:
    """Gives what a month comes to as far as it has prices, in the order of an invoice."""
    dues = Dues(tenant_id, books, quantities)
    lines: list[ChargeLine] = []
    missing: list[PriceMissing] = []
    for item in Item:
        try:
            lines += _shown(item, _lines(dues.of(item)))
        except PriceMissing as refusal:
            missing.append(refusal)
    return Priced(tuple(lines), tuple(missing))


def total_of(lines: Iterable[ChargeLine]) -> Money:
    """Gives the sum of the lines, of which there is at least one."""
    return reduce(Money.__add__, (line.amount for line in lines))


def _lines(dues: Iterable[Due]) -> Iterator[ChargeLine]:
    for due in dues:
        lines = [_line(due, part) for part in due.parts]
        yield from lines
        minimum = Fraction(due.price.minimum_amount) * due.share
        for part in commitment.true_up(total_of(lines), minimum):
            yield _line(due, part)


def _line(due: Due, part: Part) -> ChargeLine:
    words = (due.item.description, due.calls, part.label)
    return ChargeLine(
        item=due.item,
        description=", ".join(word for word in words if word),
        quantity=amounts.shown_quantity(part.quantity),
        unit=part.unit or due.item.unit,
        unit_price=part.unit_price,
        amount=amounts.amount(part.quantity, part.unit_price, due.currency_code),
        span=due.span,
    )


def _shown(item: Item, lines: Iterable[ChargeLine]) -> list[ChargeLine]:
    """Leaves out lines of nothing, and says the days where an item has lines of different ones."""
    found = list(lines)
    used = [line for line in found if line.quantity]
    if not used and found and item in _ALWAYS_SHOWN:
        return [replace(found[-1], description=item.description)]
    if len({line.span for line in used}) < 2:
        return used
    return [
        replace(line, description=f"{line.description}, {days_text(line.span)}") for line in used
    ]


def days_text(span: Span) -> str:
    """Writes the days of a span within a month, for example `October 1 to 15`."""
    last = span.end_date - timedelta(days=1)
    first = f"{span.start_date:%B} {span.start_date.day}"
    return first if span.start_date == last else f"{first} to {last.day}"
