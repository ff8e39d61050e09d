"""PaymentService and events: money that goes back."""

from __future__ import annotations

from simulators.stripe.faults import Fault
from tests.support.billing import Billing, refused, text_of
from tests.support.card_payers import CardPayer, a_card_payer, tell_all, work
from tests.support.paying import OCTOBER, money
from veneer.billing.v1 import payment_service_pb2 as pb


async def paid(billing: Billing) -> tuple[CardPayer, pb.Payment]:
    """A client that has paid October by card."""
    payer = await a_card_payer(billing, OCTOBER)
    payment = await payer.pay()
    await work(billing)
    await tell_all(billing)
    return payer, payment


def refunds_of(payer: CardPayer) -> list[int]:
    """What really went back, in cents."""
    made = payer.billing.cards.state.all_of("refund")
    return [each["amount"] for each in made if each["metadata"].get("tenant") == payer.tenant_id]


async def test_what_is_given_back_is_due_again(billing: Billing) -> None:
    """In part; the payment says how much of it is gone."""
    payer, payment = await paid(billing)

    changed = await payer.refund(payment, money("30"))
    await work(billing)
    await tell_all(billing)

    assert text_of(changed.refunded_amount) == "30.00 USD"
    assert refunds_of(payer) == [3000]
    assert await payer.state() == ("PARTLY_PAID", "30.00 USD")
    assert (await payer.statement_of_account())[0][0] == "REFUND"


async def test_credit_is_given_back_first(billing: Billing) -> None:
    """A credit note of a paid invoice is credit; the refund uses it up."""
    payer, payment = await paid(billing)
    await payer.credit()
    assert await payer.balance() == ("0.00 USD", "530.00 USD")

    await payer.refund(payment)
    await work(billing)

    assert await payer.balance() == ("0.00 USD", "0.00 USD")
    assert await payer.state() == ("VOID", "0.00 USD")


async def test_a_refund_is_made_once_whatever_fails(billing: Billing) -> None:
    """It is too soon, and then the answer is lost."""
    payer, payment = await paid(billing)
    billing.cards.faults.add("refunds", Fault.TOO_MANY, Fault.LOST_ANSWER)
    await payer.refund(payment)

    for _ in range(4):
        await work(billing)
        billing.clock.advance(minutes=2)

    assert refunds_of(payer) == [53000]
    assert await payer.state() == ("ISSUED", "530.00 USD")


async def test_no_more_is_given_back_than_was_paid(billing: Billing) -> None:
    """Also in several steps; and nothing of what did not come by card."""
    payer, payment = await paid(billing)
    await payer.refund(payment, money("500"))
    await payer.issue("2025-09")
    by_bank = await payer.record("5", "2025-09")

    beyond = await refused(payer.refund(payment, money("30.01")))
    other = await refused(payer.refund(by_bank))
    await work(billing)

    assert beyond.reason == "REFUND_EXCEEDS_PAYMENT"
    assert other.reason == "PAYMENT_NOT_REFUNDABLE"
    assert refunds_of(payer) == [50000]


async def test_a_dispute_takes_the_money_away_and_brings_it_back(billing: Billing) -> None:
    """The invoice stays paid meanwhile; the fee of it stays."""
    payer, payment = await paid(billing)
    (intent,) = billing.cards.state.charged(tenant=payer.tenant_id)

    dispute = billing.cards.state.dispute(intent["id"])
    await tell_all(billing)
    disputed = await payer.payment(payment.name)
    held = await payer.trial_balance()
    billing.cards.state.close_dispute(dispute["id"], "won")
    await tell_all(billing)

    assert disputed.state == pb.Payment.DISPUTED
    assert held["dispute"] == "530.00 USD"
    assert held["processor"] == "-30.67 USD"
    after = await payer.trial_balance()
    assert after["dispute"] == "0.00 USD"
    assert after["processor"] == "499.33 USD"
    assert after["processor-fees"] == "30.67 USD"
    assert (await payer.payment(payment.name)).state == pb.Payment.RECEIVED
    assert await payer.state() == ("PAID", "0.00 USD")


async def test_a_lost_dispute_is_due_again(billing: Billing) -> None:
    """The client hears of a payment that was returned, and of nothing else."""
    payer, payment = await paid(billing)
    (intent,) = billing.cards.state.charged(tenant=payer.tenant_id)
    dispute = billing.cards.state.dispute(intent["id"])
    billing.clock.advance(seconds=1)
    billing.cards.state.close_dispute(dispute["id"], "lost")
    await tell_all(billing)

    assert (await payer.payment(payment.name)).state == pb.Payment.LOST
    assert await payer.state() == ("ISSUED", "530.00 USD")
    kinds = sorted(kind for kind, _, _ in await payer.statement_of_account())
    assert kinds == ["INVOICE", "PAYMENT", "PAYMENT_REVERSAL"]
