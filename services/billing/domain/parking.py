"""Why a draft is parked: what somebody should look at before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.kit.money import Money

# A month that comes to more than so many times what is usual, or less than that part of it.
FAR_FACTOR: Final = 3
# What is usual is the median of so many months, and of no fewer than the least.
HISTORY_MONTHS_MAX: Final = 6
HISTORY_MONTHS_MIN: Final = 2


class ParkReason(StrEnum):
    """What is the matter with a draft."""

    PRICE_MISSING = "PRICE_MISSING"
    OVERLAP = "OVERLAP"
    NEGATIVE = "NEGATIVE"
    LOSS = "LOSS"
    FAR_FROM_HISTORY = "FAR_FROM_HISTORY"
    LEDGER_MISMATCH = "LEDGER_MISMATCH"
    CHAIN_BROKEN = "CHAIN_BROKEN"


@dataclass(frozen=True, slots=True)
class Parked:
    """A reason with what there is to know about it, for the operator."""

    reason: ParkReason
    message: str


def of_money(
    lines: Sequence[ChargeLine], total: Money, history: Sequence[Money]
) -> Iterator[Parked]:
    """Gives what the amounts of a draft tell; `history` is what earlier months came to.

    The history is that of `usual_amount`, latest first, in the currency of the draft.
    """
    if total.amount < 0:
        yield Parked(ParkReason.NEGATIVE, f"The total is {_text(total)}.")
    recent = [each.amount for each in history[:HISTORY_MONTHS_MAX]]
    if len(recent) < HISTORY_MONTHS_MIN:
        return
    usual, amount = median(recent), usual_amount(lines, total.currency_code).amount
    if usual > 0 and (amount > usual * FAR_FACTOR or amount * FAR_FACTOR < usual):
        message = f"The month comes to {amount:f}; {usual:f} is usual ({total.currency_code})."
        yield Parked(ParkReason.FAR_FROM_HISTORY, message)


def of_overlap(
    month: Month, time_zone: str, invoiced: Iterable[tuple[Month, str]]
) -> Iterator[Parked]:
    """Gives the invoices whose time is the draft's too: those of another zone, next to it."""
    start, end = month.start_time(time_zone), month.end_time(time_zone)
    for other, zone in invoiced:
        if other.start_time(zone) < end and start < other.end_time(zone):
            message = f"The invoice of {other} in {zone} is of some of the same time."
            yield Parked(ParkReason.OVERLAP, message)


def usual_amount(lines: Iterable[ChargeLine], currency_code: str) -> Money:
    """Gives what of a bill is for its own month and comes again: no set-up, no tax."""
    found = (
        line.amount
        for line in lines
        if line.kind in (LineKind.CHARGE, LineKind.DISCOUNT) and line.item is not Item.SETUP_FEE
    )
    return sum(found, Money.zero(currency_code))


def of_loss(charge: Money, cost: Money) -> Iterator[Parked]:
    """Gives a loss; charge and cost are of the same month and currency."""
    if cost.amount > charge.amount:
        message = f"The month is charged {_text(charge)} and costs {_text(cost)}."
        yield Parked(ParkReason.LOSS, message)


def _text(money: Money) -> str:
    return f"{money.amount:f} {money.currency_code}"
