"""The difference between what a month comes to now and what has been billed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from services.billing.domain.charges import ChargeLine, LineKind, days_text
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span


class LineKey(NamedTuple):
    """What makes two lines be about the same."""

    item: Item | None
    description: str
    unit: str
    # None for a discount: what is taken off once has no unit that stays the same.
    unit_price: Decimal | None
    span: Span
    code: str


def adjustments(
    month: Month, owed: Iterable[ChargeLine], billed: Iterable[ChargeLine]
) -> tuple[ChargeLine, ...]:
    """Gives what is still to be billed for a month, line by line; nothing if nothing is.

    `owed` is what the month comes to now, `billed` all that invoices have had for it so far,
    adjustments included. Amounts are differences of rounded amounts, so that all that was ever
    billed for a line is the line's amount rounded once.
    """
    owed_by_key, billed_by_key = _by_key(owed), _by_key(billed)
    keys = [*owed_by_key, *(key for key in billed_by_key if key not in owed_by_key)]
    found = (_adjustment(month, key, owed_by_key, billed_by_key) for key in keys)
    return tuple(line for line in found if line.amount)


def month_text(month: Month) -> str:
    """Writes a month as an invoice does, for example `October 2025`."""
    return f"{month.first_date:%B} {month.year}"


def _by_key(lines: Iterable[ChargeLine]) -> dict[LineKey, list[ChargeLine]]:
    found: dict[LineKey, list[ChargeLine]] = {}
    for line in lines:
        if line.kind is not LineKind.TAX:
            found.setdefault(line_key(line), []).append(line)
    return found


def line_key(line: ChargeLine) -> LineKey:
    # The days are said only where there are others beside them, and so may come and go.
    description = line.description.removesuffix(f", {days_text(line.span)}")
    if line.original_month is not None:
        description = description.removeprefix(f"{month_text(line.original_month)}: ")
    unit_price = None if line.code else line.unit_price
    return LineKey(line.item, description, line.unit, unit_price, line.span, line.code)


def _adjustment(
    month: Month,
    key: LineKey,
    owed: dict[LineKey, list[ChargeLine]],
    billed: dict[LineKey, list[ChargeLine]],
) -> ChargeLine:
    now, before = owed.get(key, []), billed.get(key, [])
    model = (now or before)[0]
    quantity = sum((line.quantity for line in now), Decimal(0))
    quantity -= sum((line.quantity for line in before), Decimal(0))
    zero = model.amount - model.amount
    amount = sum((line.amount for line in now), zero)
    amount -= sum((line.amount for line in before), zero)
    if key.unit_price is None:
        quantity, model = Decimal(1), replace(model, unit_price=amount.amount)
    days = "" if _is_whole(key.span, month) else f", {days_text(key.span)}"
    return replace(
        model,
        kind=LineKind.ADJUSTMENT,
        description=f"{month_text(month)}: {key.description}{days}",
        quantity=quantity,
        amount=amount,
        original_month=month,
    )


def _is_whole(span: Span, month: Month) -> bool:
    return span == Span(month.first_date, month.end_date)
