"""PaymentService: invoices paid with the card on file, and what can go wrong on the way."""

from __future__ import annotations

import random

import pytest
import pytest_asyncio

from simulators.stripe.faults import Fault
from tests.support.billing import Billing, a_request_id, refused
from tests.support.card_payers import CardPayer, a_card_payer, tell, tell_all, work
from tests.support.paying import OCTOBER, SEPTEMBER, a_payer
from veneer.billing.v1 import payment_service_pb2 as pb


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing(own_billing: Billing) -> Billing:
    """Its own, because weeks go by here."""
    return own_billing


async def test_a_card_is_put_on_file_elsewhere(billing: Billing) -> None:
    """Only what may be shown of it comes back."""
    payer = await a_card_payer(billing)

    card = await billing.payments.GetCard(
        pb.GetCardRequest(name=f"{payer.name}/card"), metadata=payer.client
    )

    assert (card.brand, card.last_digits, card.expire_year) == ("visa", "4242", 2031)


async def test_an_invoice_is_paid_with_the_card_on_file(billing: Billing) -> None:
    """Pending, until the money is there; the processor's fee is the seller's affair."""
    payer = await a_card_payer(billing, OCTOBER)

    begun = await payer.pay()
    assert begun.state == pb.Payment.PENDING
    await work(billing)

    assert (await payer.payment(begun.name)).state == pb.Payment.RECEIVED
    assert await payer.state() == ("PAID", "0.00 USD")
    assert payer.charged == [53000]
    balance = await payer.trial_balance()
    assert balance["processor"] == "514.33 USD"
    assert balance["processor-fees"] == "15.67 USD"
    assert {kind for kind, _, _ in await payer.statement_of_account()} == {"INVOICE", "PAYMENT"}


async def test_events_of_a_payment_count_once(billing: Billing) -> None:
    """Again, and after the answer had told it."""
    payer = await a_card_payer(billing, OCTOBER)
    await payer.pay()
    await work(billing)

    events = billing.cards.state.events.take()
    for event in (*events, *events):
        await tell(billing, event)

    assert await payer.balance() == ("0.00 USD", "0.00 USD")


async def test_an_event_tells_what_the_answer_did_not(billing: Billing) -> None:
    """The answer was lost, the event comes, and the worker need not ask any more."""
    payer = await a_card_payer(billing, OCTOBER)
    billing.cards.faults.add("payment_intents", Fault.LOST_ANSWER)
    begun = await payer.pay()
    await work(billing)
    assert (await payer.payment(begun.name)).state == pb.Payment.PENDING

    await tell_all(billing)

    assert (await payer.payment(begun.name)).state == pb.Payment.RECEIVED
    assert payer.charged == [53000]


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_payment_is_charged_once_whatever_fails(billing: Billing, fault: Fault) -> None:
    """The answer is lost, an error comes before or after the effect, or it is too soon."""
    payer = await a_card_payer(billing, OCTOBER)
    billing.cards.faults.add("payment_intents", fault)
    begun = await payer.pay()
    await work(billing)
    pending = await payer.payment(begun.name)

    # An error is answered again under its key, for a day.
    for _ in range(3):
        billing.clock.advance(minutes=2)
        await work(billing)
    if fault is Fault.ERROR:
        billing.cards.forget_keys()
        billing.clock.advance(minutes=2)
        await work(billing)

    assert pending.state == pb.Payment.PENDING
    assert (await payer.payment(begun.name)).state == pb.Payment.RECEIVED
    assert payer.charged == [53000]
    assert await payer.balance() == ("0.00 USD", "0.00 USD")


@pytest.mark.parametrize(
    ("last_digits", "reason"),
    [
        ("0002", pb.Payment.DECLINED),
        ("9995", pb.Payment.INSUFFICIENT_FUNDS),
        ("0069", pb.Payment.CARD_EXPIRED),
        ("9987", pb.Payment.CARD_NOT_USABLE),
        ("3184", pb.Payment.CONFIRMATION_NEEDED),
    ],
)
async def test_a_declined_card_says_why(
    billing: Billing, last_digits: str, reason: pb.Payment.DeclineReason.ValueType
) -> None:
    """In words of no vendor; the client may put another card on file and pay."""
    payer = await a_card_payer(billing, OCTOBER, last_digits=last_digits)
    begun = await payer.pay()
    await work(billing)
    await tell_all(billing)
    failed = await payer.payment(begun.name)

    await payer.put_on_file()
    await payer.pay()
    await work(billing)

    assert (failed.state, failed.decline_reason) == (pb.Payment.FAILED, reason)
    assert await payer.state() == ("PAID", "0.00 USD")
    assert payer.charged == [53000]


async def test_invoices_are_collected_when_they_are_sent(billing: Billing) -> None:
    """If the client wants that."""
    payer = await a_card_payer(billing)
    await payer.collect()

    await payer.issue(OCTOBER)
    await work(billing)

    assert await payer.state() == ("PAID", "0.00 USD")
    assert len(payer.charged) == 1


async def test_what_is_collected_is_tried_again_on_a_schedule(billing: Billing) -> None:
    """After one, three and five days; then it is given up, and not before."""
    payer = await a_card_payer(billing, last_digits="9995")
    await payer.collect()
    await payer.issue(OCTOBER)

    attempts = []
    for days in (0, 1, 3, 5, 30):
        billing.clock.advance(days=days, minutes=1)
        await work(billing)
        made = billing.cards.state.all_of("payment_intent")
        attempts.append(
            len([each for each in made if each["metadata"]["tenant"] == payer.tenant_id])
        )

    assert attempts == [1, 2, 3, 4, 4]
    assert [state for state, _ in await payer.payments()] == ["FAILED"]
    assert await payer.state() == ("ISSUED", "500.00 USD")


async def test_a_hopeless_card_is_not_tried_again(billing: Billing) -> None:
    """A lost card stays lost."""
    payer = await a_card_payer(billing, last_digits="9987")
    await payer.collect()
    await payer.issue(OCTOBER)
    await work(billing)

    assert [state for state, _ in await payer.payments()] == ["FAILED"]


async def test_a_card_is_not_charged_for_what_was_paid_otherwise(billing: Billing) -> None:
    """Between two attempts, for example."""
    payer = await a_card_payer(billing, OCTOBER)
    begun = await payer.pay()
    await payer.record("530")
    await work(billing)

    found = await payer.payment(begun.name)
    assert (found.state, found.decline_reason) == (pb.Payment.FAILED, pb.Payment.NOT_NEEDED)
    assert payer.charged == []


async def test_what_cannot_be_paid_is_refused(billing: Billing) -> None:
    """No card, nothing due, one under way, no such invoice."""
    without_card = CardPayer(billing, (await a_payer(billing, OCTOBER)).tenant_id)
    payer = await a_card_payer(billing, SEPTEMBER, OCTOBER)
    await payer.record("530", SEPTEMBER)
    request_id = a_request_id()
    first = await payer.pay(request_id=request_id)

    assert await payer.pay(request_id=request_id) == first
    assert (await refused(without_card.pay())).reason == "CARD_NOT_ON_FILE"
    assert (await refused(payer.pay(SEPTEMBER))).reason == "INVOICE_NOT_DUE"
    assert (await refused(payer.pay(OCTOBER))).reason == "PAYMENT_PENDING"
    assert (await refused(payer.pay("2025-01"))).reason == "RESOURCE_NOT_FOUND"
    await work(billing)


async def test_a_resellers_clients_cannot_pay_the_operator(billing: Billing) -> None:
    """Their money is the reseller's."""
    reseller = await billing.a_client()
    payer = CardPayer(billing, await billing.a_client(seller_id=reseller))

    assert (await refused(payer.put_on_file())).reason == "CARD_PAYMENTS_OFF"


async def test_an_event_must_be_signed(billing: Billing) -> None:
    """By who knows the secret, and over these very bytes."""
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}}

    refusal = await refused(tell(billing, event, secret="whsec_other"))

    assert refusal.reason == "EVENT_NOT_SIGNED"


async def test_events_of_others_are_passed_by(billing: Billing) -> None:
    """The account may be used for other things too."""
    for kind in ("payment_intent.succeeded", "invoice.paid", "charge.dispute.created"):
        found = {"id": "pi_foreign", "amount": 1, "currency": "usd", "payment_intent": "pi_none"}
        await tell(billing, {"id": f"evt_{kind}", "type": kind, "data": {"object": found}})


@pytest.mark.parametrize("seed", range(4))
async def test_events_may_come_in_any_order(billing: Billing, seed: int) -> None:
    """Paid, given back in part, disputed, lost: told twice and shuffled, it is the same ledger."""
    payer = await a_card_payer(billing, OCTOBER)
    billing.cards.faults.add("payment_intents", Fault.LOST_ANSWER)
    await payer.pay()
    await work(billing)
    (intent,) = billing.cards.state.charged(tenant=payer.tenant_id)
    billing.cards.state.refund({"payment_intent": intent["id"], "amount": "3000"})
    dispute = billing.cards.state.dispute(intent["id"])
    billing.cards.state.close_dispute(dispute["id"], "lost")
    events = billing.cards.state.events.take() * 2
    random.Random(seed).shuffle(events)

    for event in events:
        await tell(billing, event)

    balance = await payer.trial_balance()
    assert balance["dispute"] == "0.00 USD"
    assert balance["receivable"] == "560.00 USD"
    assert [state for state, _ in await payer.payments()] == ["LOST"]
