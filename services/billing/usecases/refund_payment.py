"""Gives back what was paid by card: an intent first, which a worker carries out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain import ledger
from services.billing.domain.card import Refund, RefundState, check_refund
from services.billing.domain.payment import Payment
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.card_file import processor_of
from services.billing.usecases.once import Once
from services.billing.usecases.settle import post
from services.kit.money import Money

M = TypeVar("M", bound=Message)
Asked = tuple[str, str, Money | None]


async def refund_payment(desk: Desk, asked: Asked, once: Once[tuple[Payment, Money], M]) -> M:
    """Records that an amount of a payment (tenant, payment, amount) is to be given back.

    Refuses with CARD_PAYMENTS_OFF, RESOURCE_NOT_FOUND, PAYMENT_NOT_REFUNDABLE and
    REFUND_EXCEEDS_PAYMENT.
    """
    processor_of(desk)
    tenant_id, payment_id, amount = asked
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        payment = await store.payments.get(tenant_id, payment_id)
        sums = await store.refunds.sums_of(tenant_id, [payment])
        refunded = sums.get(payment_id, ledger.nothing(payment.amount))
        wanted = check_refund(payment, amount, refunded)
        await store.refunds.add(
            Refund(
                tenant_id=tenant_id,
                refund_id=str(uuid.uuid4()),
                payment_id=payment_id,
                amount=wanted,
                state=RefundState.PENDING,
                create_time=store.scope.time,
            )
        )
        answer = await once.keep(store, (payment, refunded + wanted))
    desk.payments_came.set()
    return answer


async def carry_out_refund(desk: Desk, refund: Refund) -> None:
    """Gives money back, or learns what became of it, and keeps that; may be called again."""
    async with desk.db.read(refund.tenant_id) as store:
        payment = await store.payments.get(refund.tenant_id, refund.payment_id)
    state = await processor_of(desk).refund(refund, payment.processor_id)
    if state is RefundState.PENDING:
        return
    async with desk.db.transaction(refund.tenant_id) as store:
        await store.lock_account(refund.tenant_id)
        await settle_refund(store, payment, refund, state)


async def settle_refund(
    store: BillingStore, payment: Payment, refund: Refund, state: RefundState
) -> None:
    """Keeps what became of a refund, under the account's lock; once, whoever tells it first."""
    source = f"refund/{refund.refund_id}"
    posted = await store.ledger.find(refund.tenant_id, source)
    await store.refunds.settle(refund, state)
    if state is RefundState.DONE and posted is None:
        code = refund.amount.currency_code
        receivables = await store.ledger.receivables(refund.tenant_id, code)
        cause = payment.cause(ledger.Kind.REFUND, source, "Refund")
        shares = _taken_back(receivables, payment, refund.amount)
        await post(store, ledger.settled(cause, ledger.PROCESSOR, shares))
    if state is RefundState.FAILED and posted is not None:
        cause = payment.cause(ledger.Kind.REFUND, f"{source}/failed", "Refund failed")
        await post(store, ledger.reversed_by(cause, posted.transaction))


def _taken_back(
    receivables: Mapping[str, Money], payment: Payment, amount: Money
) -> dict[str, Money]:
    """Credit on account goes first; then the invoice that was paid is due again."""
    nothing = ledger.nothing(amount)
    credit = max(-receivables[ledger.ON_ACCOUNT], nothing)
    off_credit = min(credit, amount)
    shares = {ledger.ON_ACCOUNT: -off_credit, payment.invoice_id: off_credit - amount}
    if payment.invoice_id == ledger.ON_ACCOUNT:
        return {ledger.ON_ACCOUNT: -amount}
    return {invoice_id: share for invoice_id, share in shares.items() if share}
