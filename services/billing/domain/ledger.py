"""The ledger's transactions: every amount is in two accounts, and the sum is always zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Final

from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.invoice import Invoice
from services.kit.money import Money

RECEIVABLE: Final = "receivable"
WALLET: Final = "wallet"
BANK: Final = "bank"
PROCESSOR: Final = "processor"
PROCESSOR_FEES: Final = "processor-fees"
DISPUTE: Final = "dispute"
WRITE_OFF: Final = "write-off"
# What was taken off a bill as a whole.
DISCOUNTS: Final = "discounts"

# What settles no invoice in particular.
ON_ACCOUNT: Final = ""


class Kind(StrEnum):
    """What a transaction is."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYMENT = "PAYMENT"
    PAYMENT_REVERSAL = "PAYMENT_REVERSAL"
    ALLOCATION = "ALLOCATION"
    REFUND = "REFUND"
    DISPUTE = "DISPUTE"
    DISPUTE_WON = "DISPUTE_WON"
    DISPUTE_LOST = "DISPUTE_LOST"
    FEE = "FEE"
    WRITE_OFF = "WRITE_OFF"
    TOP_UP = "TOP_UP"


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount in one account: a debit above zero, a credit below."""

    account: str
    amount: Money
    invoice_id: str = ON_ACCOUNT


@dataclass(frozen=True, slots=True)
class Cause:
    """Whose transaction it is and what caused it; one cause is posted once.

    `source` is the cause's own name, for example `invoice/2025-10`. A client may read the
    description.
    """

    tenant_id: str
    seller_id: str
    source: str
    kind: Kind
    description: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """Entries that come together and add up to nothing."""

    cause: Cause
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        assert len(self.entries) > 1, "a transaction has two sides"
        assert not _sum(entry.amount for entry in self.entries), "the entries do not balance"

    @property
    def currency_code(self) -> str:
        """The one currency of all its entries."""
        return self.entries[0].amount.currency_code

    def in_account(self, account: str) -> Money:
        """Gives what it changes in an account."""
        zero = Money.zero(self.currency_code)
        return _sum((e.amount for e in self.entries if e.account == account), zero)


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction in the ledger, and when it came there."""

    transaction: Transaction
    post_time: datetime


def revenue(item: str) -> str:
    """Names the account of what an item earned."""
    return f"revenue/{item}"


def tax(code: str) -> str:
    """Names the account of a tax that is owed to others."""
    return f"tax/{code}"


def of_invoice(invoice: Invoice) -> Transaction:
    """An invoice makes its total due and is earned item by item."""
    cause = Cause(
        tenant_id=invoice.tenant_id,
        seller_id=invoice.parties.seller_id,
        source=f"invoice/{invoice.month}",
        kind=Kind.INVOICE,
        description=f"Invoice {invoice.number}",
    )
    due = Entry(RECEIVABLE, invoice.bill.total, str(invoice.month))
    earned = by_account((account_of(line), line.amount) for line in invoice.bill.lines)
    return Transaction(cause, (due, *(Entry(name, -each) for name, each in earned.items())))


def account_of(line: ChargeLine) -> str:
    """Names the account that a line of a bill is posted to."""
    if line.kind is LineKind.TAX:
        return tax(line.code)
    return revenue(line.item) if line.item is not None else DISCOUNTS


def by_account(amounts: Iterable[tuple[str, Money]]) -> dict[str, Money]:
    """Adds amounts up by account, in the order in which the accounts come."""
    sums: dict[str, Money] = {}
    for account, amount in amounts:
        sums[account] = sums[account] + amount if account in sums else amount
    return sums


def moved(cause: Cause, amount: Money, into: str, out_of: str) -> Transaction:
    """Moves an amount from one account into another."""
    return Transaction(cause, (Entry(into, amount), Entry(out_of, -amount)))


def settled(cause: Cause, account: str, shares: Mapping[str, Money]) -> Transaction:
    """Money that comes into `account` settles invoices, each by its share.

    What is under "" is on account.
    """
    total = _sum(shares.values())
    settled_ = (Entry(RECEIVABLE, -share, invoice_id) for invoice_id, share in shares.items())
    return Transaction(cause, (Entry(account, total), *settled_))


def allocated(cause: Cause, shares: Mapping[str, Money]) -> Transaction:
    """Credit on account settles invoices, each by its share."""
    return settled(cause, RECEIVABLE, shares)


def reversed_by(cause: Cause, transaction: Transaction) -> Transaction:
    """Takes a transaction back, entry by entry."""
    entries = (Entry(e.account, -e.amount, e.invoice_id) for e in transaction.entries)
    return Transaction(cause, tuple(entries))


def nothing(amount: Money) -> Money:
    """Gives zero in the amount's currency."""
    return Money.zero(amount.currency_code)


def _sum(amounts: Iterable[Money], zero: Money | None = None) -> Money:
    if zero is not None:
        return sum(amounts, zero)
    return reduce(Money.__add__, amounts)
