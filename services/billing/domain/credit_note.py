"""Credit notes: what takes an invoice back, line by line, in whole or in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.billing.domain import ledger
from services.billing.domain.invoice import Invoice, Parties
from services.billing.domain.ledger import RECEIVABLE, Cause, Entry, Transaction
from services.billing.domain.month import Month
from services.kit.errors import InvalidRequest, Kind, Refusal
from services.kit.money import Money


class CreditExceedsInvoice(Refusal):
    """More would be taken back than was charged."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CREDIT_EXCEEDS_INVOICE"


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """What is taken off the line at `position` of the invoice, of the sign of its amount."""

    position: int
    account: str
    description: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note that has been sent; it never changes."""

    tenant_id: str
    number: str
    month: Month
    invoice_number: str
    time_zone: str
    reason: str
    lines: tuple[CreditedLine, ...]
    parties: Parties
    issue_time: datetime

    @property
    def total(self) -> Money:
        """Sum of the lines."""
        first, *others = (line.amount for line in self.lines)
        return sum(others, first)


def all_that_is_left(invoice: Invoice, credited: Mapping[int, Money]) -> tuple[CreditedLine, ...]:
    """Gives lines that take back what earlier credit notes left, all of it.

    Refuses with CREDIT_EXCEEDS_INVOICE if that is nothing.
    """
    left = _left(invoice, credited)
    found = [_line(invoice, position, amount) for position, amount in left.items() if amount]
    # An invoice for nothing can be made void once.
    if not found and not credited:
        found = [_line(invoice, position, amount) for position, amount in left.items()]
    if not found:
        raise _exceeds(invoice)
    return tuple(found)


def some(
    invoice: Invoice, credited: Mapping[int, Money], wanted: Mapping[int, Money]
) -> tuple[CreditedLine, ...]:
    """Gives lines that take back what is wanted, by position.

    Refuses with CREDIT_EXCEEDS_INVOICE if a line has less left than that.
    """
    left = _left(invoice, credited)
    for position, amount in wanted.items():
        if position not in left:
            raise InvalidRequest.at("credit_note.lines", f"There is no line {position}.")
        zero = Money.zero(left[position].currency_code)
        if not amount or (amount > zero) != (left[position] > zero):
            if left[position]:
                raise InvalidRequest.at(
                    "credit_note.lines", "An amount must be of the sign of its line's amount."
                )
            raise _exceeds(invoice, position)
        if abs(amount.amount) > abs(left[position].amount):
            raise _exceeds(invoice, position)
    return tuple(_line(invoice, position, wanted[position]) for position in sorted(wanted))


def posted(note: CreditNote, left_to_pay: Money) -> Transaction:
    """Takes revenue and taxes back; what the invoice does not lack goes on account."""
    cause = Cause(
        tenant_id=note.tenant_id,
        seller_id=note.parties.seller_id,
        source=f"credit-note/{note.number}",
        kind=ledger.Kind.CREDIT_NOTE,
        description=f"Credit note {note.number} for invoice {note.invoice_number}",
    )
    taken = ledger.by_account((line.account, line.amount) for line in note.lines)
    zero = Money.zero(note.total.currency_code)
    off_invoice = min(note.total, max(left_to_pay, zero)) if note.total > zero else note.total
    entries = [Entry(account, amount) for account, amount in taken.items()]
    entries.append(Entry(RECEIVABLE, -off_invoice, str(note.month)))
    if rest := note.total - off_invoice:
        entries.append(Entry(RECEIVABLE, -rest))
    return Transaction(cause, tuple(entries))


def credit_note_number(year: int, position: int) -> str:
    """Writes the number of a seller's n-th credit note of a year, for example `CN-2025-000003`."""
    return f"CN-{year:04}-{position:06}"


def _left(invoice: Invoice, credited: Mapping[int, Money]) -> dict[int, Money]:
    return {
        position: line.amount - credited[position] if position in credited else line.amount
        for position, line in enumerate(invoice.bill.lines, start=1)
    }


def _line(invoice: Invoice, position: int, amount: Money) -> CreditedLine:
    line = invoice.bill.lines[position - 1]
    return CreditedLine(position, ledger.account_of(line), line.description, amount)


def _exceeds(invoice: Invoice, position: int | None = None) -> CreditExceedsInvoice:
    return CreditExceedsInvoice(
        "More would be taken back than is left of the invoice.",
        invoice=invoice.number,
        **({} if position is None else {"position": position}),
    )
