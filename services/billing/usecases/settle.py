"""Posts what makes money due or settles it, and sets credit on account against what is due."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from services.billing.domain import allocation, ledger
from services.billing.domain.invoice import Invoice
from services.billing.domain.ledger import Cause, Transaction
from services.billing.domain.month import Month
from services.billing.domain.payment import Method, Payment, PaymentState
from services.billing.domain.standing import Standing, standing
from services.billing.store import BillingStore
from services.kit.money import Money


async def post_invoice(store: BillingStore, invoice: Invoice) -> None:
    """Makes an invoice due, in the transaction that issues it under the account's lock.

    Credit on account settles it as far as it goes; the card on file is charged for the rest if
    the client wants that.
    """
    await post(store, ledger.of_invoice(invoice))
    left = (await store.ledger.left_to_pay(invoice.tenant_id, [str(invoice.month)])).values()
    for amount in left:
        if amount > ledger.nothing(amount) and await store.cards.is_collected(invoice.tenant_id):
            await _collect(store, invoice)


async def post(store: BillingStore, transaction: Transaction) -> None:
    """Posts a transaction, under the account's lock; credit on account settles what is due."""
    if not await store.ledger.post(transaction):
        return
    cause = transaction.cause
    receivables = await store.ledger.receivables(cause.tenant_id, transaction.currency_code)
    if shares := allocation.applied(receivables):
        applied = Cause(
            tenant_id=cause.tenant_id,
            seller_id=cause.seller_id,
            source=f"allocation/{cause.source}",
            kind=ledger.Kind.ALLOCATION,
            description="Credit on account",
        )
        await store.ledger.post(ledger.allocated(applied, shares))


async def standings(
    store: BillingStore, tenant_id: str, invoices: Sequence[Invoice]
) -> dict[Month, Standing]:
    """Tells how a tenant's invoices stand, by month."""
    months = [invoice.month for invoice in invoices]
    credited = await store.credit_notes.credited(tenant_id, months)
    left = await store.ledger.left_to_pay(tenant_id, [str(month) for month in months])
    return {
        invoice.month: standing(
            invoice.bill.total,
            credited.get(invoice.month),
            # One that was sent before there was a ledger.
            left.get(str(invoice.month), invoice.bill.total),
        )
        for invoice in invoices
    }


async def _collect(store: BillingStore, invoice: Invoice) -> None:
    card = await store.cards.on_file(invoice.tenant_id)
    if card is not None:
        await begin_card_payment(store, invoice, is_automatic=True)


async def begin_card_payment(
    store: BillingStore, invoice: Invoice, *, is_automatic: bool
) -> Payment:
    """Records the intent to charge the card on file with what is left of an invoice."""
    tenant_id, invoice_id = invoice.tenant_id, str(invoice.month)
    left = (await store.ledger.left_to_pay(tenant_id, [invoice_id]))[invoice_id]
    client = (tenant_id, invoice.parties.seller_id)
    return await begin_charge(store, client, left, invoice_id, is_automatic=is_automatic)


async def begin_charge(
    store: BillingStore,
    client: tuple[str, str],
    amount: Money,
    invoice_id: str = ledger.ON_ACCOUNT,
    *,
    is_automatic: bool,
) -> Payment:
    """Records the intent to charge the card on file of `client`, which is its id and its seller's.

    Under the account's lock, by whoever has seen that there is a card and no such charge yet.
    """
    tenant_id, seller_id = client
    payment = Payment(
        tenant_id=tenant_id,
        payment_id=str(uuid.uuid4()),
        seller_id=seller_id,
        method=Method.CARD,
        amount=amount,
        create_time=store.scope.time,
        state=PaymentState.PENDING,
        invoice_id=invoice_id,
        is_automatic=is_automatic,
        attempt=1,
        next_attempt_time=store.scope.time,
    )
    await store.payments.add(payment)
    return payment
