"""Carries out an intent to charge a card: attempt, outcome, and what it changes."""

from __future__ import annotations

from dataclasses import replace

from services.billing.domain import ledger
from services.billing.domain.payment import (
    DeclineReason,
    Payment,
    PaymentState,
    declined,
    given_up,
    received,
)
from services.billing.partners.payments import ChargeState, Outcome
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.card_file import processor_of
from services.billing.usecases.record_payment import post_payment
from services.billing.usecases.settle import post


async def charge_card(desk: Desk, due: Payment) -> None:
    """Makes the payment's attempt, or learns what became of it, and keeps that.

    May be killed anywhere and called again: an attempt has one id, and until its outcome is known
    there is no other.
    """
    begun = await _begin(desk, due)
    if begun is None:
        return
    payment, customer_id, was_attempted = begun
    processor = processor_of(desk)
    outcome = await processor.find_charge(payment, customer_id) if was_attempted else None
    if outcome is None:
        outcome = await processor.charge(payment, customer_id)
    async with desk.db.transaction(due.tenant_id) as store:
        await store.lock_account(due.tenant_id)
        await settle_attempt(store, payment.payment_id, payment.attempt_id, outcome)


async def _begin(desk: Desk, due: Payment) -> tuple[Payment, str, bool] | None:
    """Writes down that the processor is about to be told, and of which card."""
    async with desk.db.transaction(due.tenant_id) as store:
        await store.lock_account(due.tenant_id)
        payment = await store.payments.get(due.tenant_id, due.payment_id)
        if payment.state is not PaymentState.PENDING:
            return None
        customer_id = await store.cards.customer_of(due.tenant_id)
        if payment.is_attempted:
            return payment, customer_id, True
        if not await _is_due(store, payment):
            await store.payments.save(given_up(payment, DeclineReason.NOT_NEEDED))
            return None
        card = await store.cards.on_file(due.tenant_id)
        assert card is not None, "a payment by card was begun without a card"
        payment = replace(payment, is_attempted=True, card_id=card.card_id)
        await store.payments.save(payment)
        return payment, customer_id, False


async def _is_due(store: BillingStore, payment: Payment) -> bool:
    if payment.invoice_id == ledger.ON_ACCOUNT:
        # What fills a wallet up is always wanted.
        return True
    left = await store.ledger.left_to_pay(payment.tenant_id, [payment.invoice_id])
    return payment.invoice_id in left and left[payment.invoice_id] >= payment.amount


async def settle_attempt(
    store: BillingStore, payment_id: str, attempt_id: str, outcome: Outcome
) -> None:
    """Keeps what became of an attempt, under the account's lock; once, whoever tells it first."""
    tenant_id = store.scope.tenant_id
    assert tenant_id is not None, "a payment is settled in its tenant's transaction"
    payment = await store.payments.get(tenant_id, payment_id)
    if outcome.state is ChargeState.CHARGED:
        await _receive(store, payment, outcome)
    is_open = payment.state is PaymentState.PENDING and payment.attempt_id == attempt_id
    if outcome.state is ChargeState.DECLINED and is_open:
        await store.payments.save(declined(payment, outcome.reason, store.scope.time))


async def _receive(store: BillingStore, payment: Payment, outcome: Outcome) -> None:
    if payment.state in (PaymentState.PENDING, PaymentState.FAILED):
        await store.payments.save(received(payment, outcome.processor_id))
        await post_payment(store, payment)
    elif payment.processor_id != outcome.processor_id:
        # Money that moved is in the ledger whatever we wanted: here it is credit on account.
        source = f"payment/{payment.payment_id}/{outcome.processor_id}"
        await post_payment(store, payment, source)
    if outcome.fee:
        await post_fee(store, payment, outcome.processor_id, outcome)


async def post_fee(store: BillingStore, payment: Payment, source: str, outcome: Outcome) -> None:
    """Posts what the processor keeps; the client never hears of it."""
    assert outcome.fee is not None, "there is no fee"
    cause = payment.cause(ledger.Kind.FEE, f"fee/{source}", "Fee of a payment by card")
    fee = ledger.moved(cause, outcome.fee, into=ledger.PROCESSOR_FEES, out_of=ledger.PROCESSOR)
    await post(store, fee)
