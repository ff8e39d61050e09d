"""Which invoices an amount settles: the named one first, then the oldest."""

from __future__ import annotations

from collections.abc import Mapping

from services.billing.domain.ledger import ON_ACCOUNT
from services.kit.money import Money


def shares(
    receivables: Mapping[str, Money], amount: Money, named: str = ON_ACCOUNT
) -> dict[str, Money]:
    """Gives what of an amount above zero settles each invoice; the rest is under "".

    `receivables` is what is left to pay by invoice, in the amount's currency. Nothing is settled
    beyond what is left of it, and the shares add up to the amount.
    """
    found: dict[str, Money] = {}
    rest = amount
    # A debt on account is older than any invoice: its id sorts first.
    for invoice_id in sorted(receivables, key=lambda each: (each != named or not named, each)):
        share = min(receivables[invoice_id], rest)
        if share > Money.zero(amount.currency_code):
            found[invoice_id] = share
            rest -= share
    if rest:
        found[ON_ACCOUNT] = found.get(ON_ACCOUNT, Money.zero(amount.currency_code)) + rest
    return found


def applied(receivables: Mapping[str, Money]) -> dict[str, Money]:
    """Gives what of the credit on account settles each invoice; nothing if there is none."""
    credit = -receivables[ON_ACCOUNT]
    if credit <= Money.zero(credit.currency_code):
        return {}
    found = shares({**receivables, ON_ACCOUNT: Money.zero(credit.currency_code)}, credit)
    return {invoice_id: share for invoice_id, share in found.items() if invoice_id != ON_ACCOUNT}
