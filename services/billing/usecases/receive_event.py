"""Takes in what the processor tells: each event once, in any order."""

from __future__ import annotations

from dataclasses import replace

from services.billing.domain import ledger
from services.billing.domain.card import Refund, RefundState
from services.billing.domain.payment import Payment, PaymentState
from services.billing.partners.payments import (
    ChargeState,
    DisputeState,
    EventKind,
    Outcome,
    ProcessorEvent,
)
from services.billing.store import BillingStore
from services.billing.store.cards import Event
from services.billing.usecases import Desk
from services.billing.usecases.card_file import processor_of
from services.billing.usecases.charge_card import post_fee, settle_attempt
from services.billing.usecases.refund_payment import settle_refund
from services.billing.usecases.settle import post
from services.kit.errors import NotFound


async def receive_event(desk: Desk, content: bytes, signature: str) -> None:
    """Takes in one event; refuses with EVENT_NOT_SIGNED. One that is not ours is passed by."""
    event = processor_of(desk).read_event(content, signature)
    if event.kind is EventKind.OTHER:
        return
    if event.kind is EventKind.CARD_SET_UP:
        await _put_on_file(desk, event)
        return
    tenant_id, payment_id = event.tenant_id, event.payment_id
    if not tenant_id:
        tenant_id, payment_id = await processor_of(desk).payment_of(event.processor_id)
    if not tenant_id:
        return
    event = await _with_fee(desk, event)
    async with desk.db.transaction(tenant_id) as store:
        await store.lock_account(tenant_id)
        if not await store.cards.is_new(Event(tenant_id, event.event_id, event.kind)):
            return
        try:
            payment = await store.payments.get(tenant_id, payment_id)
        except NotFound:
            return
        await _take_in(store, payment, event)


async def _with_fee(desk: Desk, event: ProcessorEvent) -> ProcessorEvent:
    """An event does not say what the processor keeps; asked for outside of the transaction."""
    outcome = event.outcome
    if outcome is None or outcome.state is not ChargeState.CHARGED or outcome.fee is not None:
        return event
    fee = await processor_of(desk).fee_of(event.processor_id)
    return replace(event, outcome=replace(outcome, fee=fee))


async def _take_in(store: BillingStore, payment: Payment, event: ProcessorEvent) -> None:
    if event.outcome is not None:
        await settle_attempt(store, payment.payment_id, event.attempt_id, event.outcome)
        return
    # A refund or a dispute tells that there was a charge, even if nobody told that yet.
    charged = Outcome(ChargeState.CHARGED, event.processor_id)
    if payment.state in (PaymentState.PENDING, PaymentState.FAILED):
        await settle_attempt(store, payment.payment_id, payment.attempt_id, charged)
        payment = await store.payments.get(payment.tenant_id, payment.payment_id)
    if event.refund is not None:
        await _refunded(store, payment, event, event.refund)
    if event.dispute is not None:
        await _disputed(store, payment, event, event.dispute)


async def _refunded(
    store: BillingStore, payment: Payment, event: ProcessorEvent, state: RefundState
) -> None:
    assert event.amount is not None, "a refund has an amount"
    refund = Refund(
        tenant_id=payment.tenant_id,
        # One that was not asked for here bears the processor's own id.
        refund_id=event.reference or event.object_id,
        payment_id=payment.payment_id,
        amount=event.amount,
        state=RefundState.PENDING,
        create_time=store.scope.time,
    )
    if state is not RefundState.PENDING:
        await store.refunds.add(refund)
        await settle_refund(store, payment, refund, state)


async def _disputed(
    store: BillingStore, payment: Payment, event: ProcessorEvent, state: DisputeState
) -> None:
    assert event.amount is not None, "a dispute has an amount"
    source = f"dispute/{event.object_id}"
    # Also if its end is told before its beginning.
    opened = payment.cause(ledger.Kind.DISPUTE, source, "Payment disputed")
    await post(
        store, ledger.moved(opened, event.amount, into=ledger.DISPUTE, out_of=ledger.PROCESSOR)
    )
    if event.fee:
        fee = Outcome(ChargeState.CHARGED, fee=event.fee)
        await post_fee(store, payment, source, fee)
    if state is DisputeState.OPEN:
        if await store.ledger.find(payment.tenant_id, f"{source}/end") is None:
            await store.payments.save(replace(payment, state=PaymentState.DISPUTED))
        return
    is_won = state is DisputeState.WON
    kind = ledger.Kind.DISPUTE_WON if is_won else ledger.Kind.DISPUTE_LOST
    cause = payment.cause(kind, f"{source}/end", "Payment kept" if is_won else "Payment returned")
    amount = (ledger.Entry(ledger.DISPUTE, -event.amount),)
    back = (
        ledger.Entry(ledger.PROCESSOR, event.amount)
        if is_won
        else ledger.Entry(ledger.RECEIVABLE, event.amount, payment.invoice_id)
    )
    await post(store, ledger.Transaction(cause, (back, *amount)))
    ended = PaymentState.RECEIVED if is_won else PaymentState.LOST
    await store.payments.save(replace(payment, state=ended))


async def _put_on_file(desk: Desk, event: ProcessorEvent) -> None:
    customer_id, card = await processor_of(desk).read_card(event.object_id)
    async with desk.db.operator_read() as store:
        tenant_id = await store.cards.tenant_of(customer_id)
    if not tenant_id or card is None:
        return
    async with desk.db.transaction(tenant_id) as store:
        if await store.cards.is_new(Event(tenant_id, event.event_id, event.kind)):
            await store.cards.put_on_file(tenant_id, card)
