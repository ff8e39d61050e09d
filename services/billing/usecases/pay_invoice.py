"""Pays an invoice with the card on file: an intent first, which a worker carries out."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain import ledger
from services.billing.domain.card import CardNotOnFile, InvoiceNotDue, PaymentPending
from services.billing.domain.month import Month
from services.billing.domain.payment import Payment
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.card_file import check_takes_cards
from services.billing.usecases.once import Once
from services.billing.usecases.settle import begin_card_payment
from services.kit.errors import NotFound

M = TypeVar("M", bound=Message)


async def pay_invoice(desk: Desk, tenant_id: str, month: Month, once: Once[Payment, M]) -> M:
    """Records that the card on file is to be charged with what is left of an invoice.

    Refuses with CARD_PAYMENTS_OFF, RESOURCE_NOT_FOUND, CARD_NOT_ON_FILE, INVOICE_NOT_DUE and
    PAYMENT_PENDING.
    """
    await check_takes_cards(desk, tenant_id)
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        payment = await _begin(store, tenant_id, month)
        answer = await once.keep(store, payment)
    desk.payments_came.set()
    return answer


async def _begin(store: BillingStore, tenant_id: str, month: Month) -> Payment:
    invoice = await store.invoices.find(tenant_id, month)
    if invoice is None:
        raise NotFound(resource=f"tenants/{tenant_id}/invoices/{month}")
    if await store.payments.find_pending(tenant_id, str(month)) is not None:
        raise PaymentPending("A payment of this invoice is under way.", invoice=month)
    left = (await store.ledger.left_to_pay(tenant_id, [str(month)])).get(str(month))
    if left is None or left <= ledger.nothing(left):
        raise InvoiceNotDue("Nothing is left to pay of this invoice.", invoice=month)
    if await store.cards.on_file(tenant_id) is None:
        raise CardNotOnFile("There is no card on file.")
    return await begin_card_payment(store, invoice, is_automatic=False)
