"""How an invoice stands: told by the ledger, never written on the invoice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.kit.money import Money


class InvoiceState(StrEnum):
    """What became of an invoice."""

    ISSUED = "ISSUED"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an invoice stands: what is left to pay, and what was taken back by credit notes."""

    state: InvoiceState
    amount_due: Money
    credited: Money


def standing(total: Money, credited: Money | None, left: Money) -> Standing:
    """Tells how an invoice stands by its total, its credit notes (None: none) and what is left.

    What is taken back in whole is void, whatever was paid of it: that is credit on account now.
    """
    taken_back = credited or Money.zero(total.currency_code)
    if credited is not None and credited == total:
        state = InvoiceState.VOID
    elif not left:
        state = InvoiceState.PAID
    elif left + taken_back == total:
        state = InvoiceState.ISSUED
    else:
        state = InvoiceState.PARTLY_PAID
    return Standing(state, left, taken_back)
