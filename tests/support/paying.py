"""Invoices that are due, and what tests do to pay them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from google.type.money_pb2 import Money

from tests.support.billing import Billing, a_request_id, text_of
from veneer.billing.v1 import account_service_pb2 as accounts
from veneer.billing.v1 import credit_note_service_pb2 as credit_notes
from veneer.billing.v1 import invoice_service_pb2 as invoices
from veneer.billing.v1 import ledger_service_pb2 as ledger
from veneer.billing.v1 import payment_service_pb2 as payments

SEPTEMBER, OCTOBER = "2025-09", "2025-10"


def money(text: str, currency_code: str = "USD") -> Money:
    """An amount as the wire has it."""
    nanos = int(Decimal(text) * 10**9)
    sign = -1 if nanos < 0 else 1
    units, rest = divmod(abs(nanos), 10**9)
    return Money(currency_code=currency_code, units=sign * units, nanos=sign * rest)


class Payer:
    """A client with invoices, and what it and its seller do about them."""

    def __init__(self, billing: Billing, tenant_id: str) -> None:
        self.billing, self.tenant_id = billing, tenant_id
        self.name = f"tenants/{tenant_id}"

    @property
    def client(self) -> Any:
        """In the name of one of the client's people."""
        return self.billing.client(self.tenant_id)

    async def issue(self, month: str) -> invoices.Invoice:
        """Sends the month's invoice."""
        await self.billing.draft(self.tenant_id, month)
        issued: invoices.Invoice = await self.billing.issue(self.tenant_id, month)
        return issued

    async def invoice(self, month: str = OCTOBER) -> invoices.Invoice:
        """Gets an invoice."""
        request = invoices.GetInvoiceRequest(name=f"{self.name}/invoices/{month}")
        found: invoices.Invoice = await self.billing.invoices.GetInvoice(
            request, metadata=self.client
        )
        return found

    async def state(self, month: str = OCTOBER) -> tuple[str, str]:
        """Gives how an invoice stands, and what is left to pay."""
        found = await self.invoice(month)
        return invoices.Invoice.State.Name(found.state), text_of(found.amount_due)

    async def record(
        self, amount: str, month: str = "", reference: str = "", request_id: str = ""
    ) -> payments.Payment:
        """Records a bank transfer."""
        request = payments.CreatePaymentRequest(
            parent=self.name,
            payment=payments.Payment(
                method=payments.Payment.BANK_TRANSFER,
                amount=money(amount),
                invoice=f"{self.name}/invoices/{month}" if month else "",
                reference=reference,
            ),
            request_id=request_id or a_request_id(),
        )
        recorded: payments.Payment = await self.billing.payments.CreatePayment(
            request, metadata=self.billing.operator
        )
        return recorded

    async def reverse(self, payment: payments.Payment) -> payments.Payment:
        """Takes a recorded payment back."""
        request = payments.ReversePaymentRequest(name=payment.name, request_id=a_request_id())
        changed: payments.Payment = await self.billing.payments.ReversePayment(
            request, metadata=self.billing.operator
        )
        return changed

    async def credit(
        self,
        month: str = OCTOBER,
        lines: dict[int, str] | None = None,
        request_id: str = "",
    ) -> credit_notes.CreditNote:
        """Sends a credit note: for lines by position, or for all that is left."""
        request = credit_notes.CreateCreditNoteRequest(
            parent=self.name,
            credit_note=credit_notes.CreditNote(
                invoice=f"{self.name}/invoices/{month}",
                reason="Charged by mistake.",
                lines=[
                    credit_notes.CreditNote.Line(position=position, amount=money(amount))
                    for position, amount in (lines or {}).items()
                ],
            ),
            request_id=request_id or a_request_id(),
        )
        note: credit_notes.CreditNote = await self.billing.credit_notes.CreateCreditNote(
            request, metadata=self.billing.operator
        )
        return note

    async def balance(self) -> tuple[str, str]:
        """Gives what is due and the credit on account."""
        request = accounts.GetAccountRequest(name=f"{self.name}/account")
        account = await self.billing.accounts.GetAccount(request, metadata=self.client)
        if not account.balances:
            return "0.00 USD", "0.00 USD"
        (balance,) = account.balances
        return text_of(balance.amount_due), text_of(balance.credit)

    async def statement_of_account(self) -> list[tuple[str, str, str]]:
        """Gives kind, amount and balance of each entry, latest first."""
        request = accounts.ListAccountEntriesRequest(parent=f"{self.name}/account")
        found = await self.billing.accounts.ListAccountEntries(request, metadata=self.client)
        return [
            (
                accounts.AccountEntry.Kind.Name(entry.kind),
                text_of(entry.amount),
                text_of(entry.balance),
            )
            for entry in found.entries
        ]

    async def trial_balance(self) -> dict[str, str]:
        """Gives what each account of the ledger holds; asserts that the sum is zero."""
        request = ledger.GetTrialBalanceRequest(tenant=self.name)
        found = await self.billing.ledger.GetTrialBalance(request, metadata=self.billing.operator)
        assert [text_of(total) for total in found.totals] == ["0.00 USD"]
        return {line.account: text_of(line.balance) for line in found.lines}


async def a_payer(billing: Billing, *months: str) -> Payer:
    """A client of 500 a month for the platform and 30 for ten numbers, with invoices."""
    tenant_id = await billing.a_client()
    for month in months:
        year, number = month.split("-")
        billing.usage.store_dids(tenant_id, date(int(year), int(number), 1), 10)
    payer = Payer(billing, tenant_id)
    for month in months:
        await payer.issue(month)
    return payer
