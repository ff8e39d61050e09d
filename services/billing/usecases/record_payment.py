"""Records payments that came by bank transfer, cheque or otherwise, and takes them back."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain import allocation, ledger
from services.billing.domain.month import Month
from services.billing.domain.payment import Payment, PaymentState, check_reversible
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.client_events import add_event, payment_received
from services.billing.usecases.once import Once
from services.billing.usecases.settle import post
from services.kit.errors import NotFound
from services.kit.money import CurrencyMismatch

M = TypeVar("M", bound=Message)


async def record_payment(desk: Desk, payment: Payment, once: Once[Payment, M]) -> M:
    """Records a payment; it settles the invoice that it names, then the oldest.

    Refuses with RESOURCE_NOT_FOUND and CURRENCY_MISMATCH.
    """
    entry = await desk.directory.get(payment.tenant_id)
    payment = replace(payment, seller_id=entry.seller_id or entry.tenant_id)
    async with desk.db.transaction(payment.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(payment.tenant_id)
        await _check_invoice(store, payment)
        await store.payments.add(payment)
        await post_payment(store, payment)
        return await once.keep(store, payment)


async def reverse_payment(desk: Desk, tenant_id: str, payment_id: str, once: Once[Payment, M]) -> M:
    """Takes a recorded payment back: what it settled is due again.

    Refuses with RESOURCE_NOT_FOUND and PAYMENT_NOT_REVERSIBLE.
    """
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        payment = await store.payments.get(tenant_id, payment_id)
        check_reversible(payment)
        posted = await store.ledger.find(tenant_id, f"payment/{payment_id}")
        assert posted is not None, "a payment was received and not posted"
        cause = payment.cause(
            ledger.Kind.PAYMENT_REVERSAL, f"payment-reversal/{payment_id}", "Payment taken back"
        )
        await post(store, ledger.reversed_by(cause, posted.transaction))
        payment = replace(payment, state=PaymentState.REVERSED)
        await store.payments.save(payment)
        return await once.keep(store, payment)


async def post_payment(store: BillingStore, payment: Payment, source: str = "") -> None:
    """Posts money that is there, under the account's lock."""
    receivables = await store.ledger.receivables(payment.tenant_id, payment.amount.currency_code)
    shares = allocation.shares(receivables, payment.amount, payment.invoice_id)
    description = f"Payment {payment.reference}".strip()
    cause = payment.cause(
        ledger.Kind.PAYMENT, source or f"payment/{payment.payment_id}", description
    )
    await post(store, ledger.settled(cause, payment.account, shares))
    await add_event(store, payment_received(payment, cause.source))


async def _check_invoice(store: BillingStore, payment: Payment) -> None:
    if not payment.invoice_id:
        return
    month = Month.parse(payment.invoice_id, "payment.invoice")
    invoice = await store.invoices.find(payment.tenant_id, month)
    if invoice is None:
        raise NotFound(resource=f"tenants/{payment.tenant_id}/invoices/{month}")
    if invoice.bill.total.currency_code != payment.amount.currency_code:
        raise CurrencyMismatch(
            "The invoice is in another currency.",
            left=invoice.bill.total.currency_code,
            right=payment.amount.currency_code,
        )
