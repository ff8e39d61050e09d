"""Messages of the ledger and of clients' accounts, from the domain."""

from __future__ import annotations

from collections.abc import Iterable

from services.billing.domain import ledger as domain
from services.billing.domain.credit_note import CreditNote
from services.billing.domain.ledger import RECEIVABLE, Posted
from services.billing.domain.standing import Standing
from services.billing.rpc.wire import timestamp
from services.billing.store.ledger import Balance
from services.kit.money import Money
from services.kit.money_wire import money_to_wire
from veneer.billing.v1 import account_service_pb2 as accounts
from veneer.billing.v1 import credit_note_service_pb2 as credit_notes
from veneer.billing.v1 import invoice_service_pb2 as invoices
from veneer.billing.v1 import ledger_service_pb2 as ledger

# A client hears of what it did and got; how money is handled is its seller's business.
_KINDS = {
    domain.Kind.INVOICE: accounts.AccountEntry.INVOICE,
    domain.Kind.CREDIT_NOTE: accounts.AccountEntry.CREDIT_NOTE,
    domain.Kind.PAYMENT: accounts.AccountEntry.PAYMENT,
    domain.Kind.PAYMENT_REVERSAL: accounts.AccountEntry.PAYMENT_REVERSAL,
    domain.Kind.DISPUTE_LOST: accounts.AccountEntry.PAYMENT_REVERSAL,
    domain.Kind.REFUND: accounts.AccountEntry.REFUND,
}


def transaction(posted: Posted) -> ledger.LedgerTransaction:
    """Writes a transaction."""
    cause = posted.transaction.cause
    return ledger.LedgerTransaction(
        source=cause.source,
        kind=ledger.LedgerTransaction.Kind.Value(cause.kind),
        description=cause.description,
        seller=f"tenants/{cause.seller_id}",
        post_time=timestamp(posted.post_time),
        entries=[
            ledger.LedgerTransaction.Entry(
                account=entry.account,
                amount=money_to_wire(entry.amount),
                invoice=_invoice_name(cause.tenant_id, entry.invoice_id),
            )
            for entry in posted.transaction.entries
        ],
    )


def trial_balance(balances: Iterable[Balance]) -> ledger.TrialBalance:
    """Writes a trial balance, with the sums that show it to be one."""
    message = ledger.TrialBalance()
    totals: dict[str, Money] = {}
    for balance in balances:
        message.lines.add(account=balance.account, balance=money_to_wire(balance.amount))
        code = balance.amount.currency_code
        totals[code] = totals.get(code, Money.zero(code)) + balance.amount
    message.totals.extend(money_to_wire(total) for total in totals.values())
    return message


def account(tenant_id: str, balances: Iterable[Balance]) -> accounts.Account:
    """Writes what a client owes, or is owed."""
    due = (balance.amount for balance in balances if balance.account == RECEIVABLE)
    return accounts.Account(
        name=f"tenants/{tenant_id}/account",
        balances=[
            accounts.Account.Balance(
                amount_due=money_to_wire(max(amount, domain.nothing(amount))),
                credit=money_to_wire(max(-amount, domain.nothing(amount))),
            )
            for amount in due
        ],
    )


def account_entry(posted: Posted, balance: Money) -> accounts.AccountEntry:
    """Writes what changed an account; `balance` is what was due afterwards."""
    return accounts.AccountEntry(
        kind=_KINDS.get(posted.transaction.cause.kind, accounts.AccountEntry.ADJUSTMENT),
        description=posted.transaction.cause.description,
        amount=money_to_wire(posted.transaction.in_account(RECEIVABLE)),
        balance=money_to_wire(balance),
        post_time=timestamp(posted.post_time),
    )


def credit_note(note: CreditNote) -> credit_notes.CreditNote:
    """Writes a credit note."""
    return credit_notes.CreditNote(
        name=f"tenants/{note.tenant_id}/creditNotes/{note.number.lower()}",
        number=note.number,
        invoice=f"tenants/{note.tenant_id}/invoices/{note.month}",
        invoice_number=note.invoice_number,
        reason=note.reason,
        lines=[
            credit_notes.CreditNote.Line(
                position=line.position,
                description=line.description,
                amount=money_to_wire(line.amount),
            )
            for line in note.lines
        ],
        total=money_to_wire(note.total),
        seller_display_name=note.parties.seller_display_name,
        buyer_display_name=note.parties.buyer_display_name,
        issue_time=timestamp(note.issue_time),
    )


def with_standing(message: invoices.Invoice, standing: Standing) -> invoices.Invoice:
    """Says on an invoice how it stands."""
    message.state = invoices.Invoice.State.Value(standing.state)
    message.amount_due.CopyFrom(money_to_wire(standing.amount_due))
    message.credited_amount.CopyFrom(money_to_wire(standing.credited))
    return message


def _invoice_name(tenant_id: str, invoice_id: str) -> str:
    return f"tenants/{tenant_id}/invoices/{invoice_id}" if invoice_id else ""
