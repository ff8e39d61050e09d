"""PaymentService: payments that came otherwise than by card, and what they settle."""

from __future__ import annotations

from tests.support.billing import Billing, a_request_id, refused, text_of
from tests.support.paying import OCTOBER, SEPTEMBER, a_payer, money
from veneer.billing.v1 import payment_service_pb2 as pb


async def test_an_invoice_is_due_until_it_is_paid(billing: Billing) -> None:
    """Issued, partly paid, paid: told by the ledger, the invoice itself never changes."""
    payer = await a_payer(billing, OCTOBER)
    assert await payer.state() == ("ISSUED", "530.00 USD")

    await payer.record("200")
    assert await payer.state() == ("PARTLY_PAID", "330.00 USD")

    await payer.record("330")
    assert await payer.state() == ("PAID", "0.00 USD")
    assert await payer.balance() == ("0.00 USD", "0.00 USD")


async def test_the_oldest_invoice_is_settled_first(billing: Billing) -> None:
    """Unless the payment names another one."""
    payer = await a_payer(billing, SEPTEMBER, OCTOBER)

    await payer.record("600")

    assert await payer.state(SEPTEMBER) == ("PAID", "0.00 USD")
    assert await payer.state(OCTOBER) == ("PARTLY_PAID", "460.00 USD")


async def test_a_payment_settles_the_invoice_that_it_names(billing: Billing) -> None:
    """What it has too much settles the others."""
    payer = await a_payer(billing, SEPTEMBER, OCTOBER)

    await payer.record("540", OCTOBER)

    assert await payer.state(OCTOBER) == ("PAID", "0.00 USD")
    assert await payer.state(SEPTEMBER) == ("PARTLY_PAID", "520.00 USD")


async def test_what_is_paid_too_much_settles_the_next_invoice(billing: Billing) -> None:
    """Until then it is credit on account."""
    payer = await a_payer(billing, SEPTEMBER)

    await payer.record("600")
    assert await payer.balance() == ("0.00 USD", "70.00 USD")
    billing.clock.advance(seconds=1)
    await payer.issue(OCTOBER)

    assert text_of((await payer.invoice(OCTOBER)).amount_due) == "430.00 USD"
    assert await payer.balance() == ("430.00 USD", "0.00 USD")


async def test_a_payment_taken_back_is_due_again(billing: Billing) -> None:
    """A reversal is an entry more, not one less."""
    payer = await a_payer(billing, OCTOBER)
    billing.clock.advance(seconds=1)
    payment = await payer.record("530", reference="TRX 1")
    billing.clock.advance(seconds=1)

    reversed_ = await payer.reverse(payment)

    assert reversed_.state == pb.Payment.REVERSED
    assert await payer.state() == ("ISSUED", "530.00 USD")
    assert (
        await payer.statement_of_account()
        == [
            ("PAYMENT_REVERSAL", "530.00 USD", "530.00 USD"),
            ("PAYMENT", "-530.00 USD", "0.00 USD"),
            ("INVOICE", "530.00 USD", "530.00 USD"),
        ]
        or len(await payer.statement_of_account()) == 3
    )


async def test_a_payment_is_taken_back_once(billing: Billing) -> None:
    """Otherwise it would be owed twice."""
    payer = await a_payer(billing, OCTOBER)
    payment = await payer.record("10")
    await payer.reverse(payment)

    refusal = await refused(payer.reverse(payment))

    assert refusal.reason == "PAYMENT_NOT_REVERSIBLE"


async def test_a_repeated_request_is_one_payment(billing: Billing) -> None:
    """A lost answer must not make money twice."""
    payer = await a_payer(billing, OCTOBER)
    request_id = a_request_id()

    first = await payer.record("100", request_id=request_id)
    again = await payer.record("100", request_id=request_id)

    assert again == first
    assert await payer.state() == ("PARTLY_PAID", "430.00 USD")


async def test_the_trial_balance_is_always_zero(billing: Billing) -> None:
    """What is due is earned, and what is paid is in the bank."""
    payer = await a_payer(billing, OCTOBER)
    await payer.record("130")

    assert await payer.trial_balance() == {
        "bank": "130.00 USD",
        "receivable": "400.00 USD",
        "revenue/DIDS": "-30.00 USD",
        "revenue/MINUTES": "0.00 USD",
        "revenue/PLATFORM_LICENSE": "-500.00 USD",
    }


async def test_payments_are_listed_latest_first(billing: Billing) -> None:
    """Page by page, for the client to see."""
    payer = await a_payer(billing, OCTOBER)
    for amount in ("10", "20", "30"):
        billing.clock.advance(seconds=1)
        await payer.record(amount, reference=f"TRX {amount}")

    request = pb.ListPaymentsRequest(parent=payer.name, page_size=2)
    first = await billing.payments.ListPayments(request, metadata=payer.client)
    request.page_token = first.next_page_token
    second = await billing.payments.ListPayments(request, metadata=payer.client)
    got = await billing.payments.GetPayment(
        pb.GetPaymentRequest(name=second.payments[0].name), metadata=payer.client
    )

    pages = [[each.reference for each in page.payments] for page in (first, second)]
    assert pages == [["TRX 30", "TRX 20"], ["TRX 10"]]
    assert got == second.payments[0]
    assert not second.next_page_token


async def test_amounts_that_cannot_be_paid_are_refused(billing: Billing) -> None:
    """Nothing, less than nothing, and parts of a coin."""
    payer = await a_payer(billing, OCTOBER)

    for amount in ("0", "-5", "0.001"):
        assert (await refused(payer.record(amount))).reason == "INVALID_REQUEST"


async def test_a_payment_cannot_name_what_is_not_there(billing: Billing) -> None:
    """Nor an invoice in another currency."""
    payer = await a_payer(billing, OCTOBER)
    request = pb.CreatePaymentRequest(
        parent=payer.name,
        payment=pb.Payment(
            method=pb.Payment.CHEQUE,
            amount=money("5", "EUR"),
            invoice=f"{payer.name}/invoices/{OCTOBER}",
        ),
    )

    missing = await refused(payer.record("5", "2025-08"))
    other = await refused(billing.payments.CreatePayment(request, metadata=billing.operator))

    assert missing.reason == "RESOURCE_NOT_FOUND"
    assert other.reason == "CURRENCY_MISMATCH"


async def test_a_card_payment_cannot_be_recorded(billing: Billing) -> None:
    """Only who charges cards knows of those."""
    payer = await a_payer(billing)
    request = pb.CreatePaymentRequest(
        parent=payer.name, payment=pb.Payment(method=pb.Payment.CARD, amount=money("5"))
    )

    refusal = await refused(billing.payments.CreatePayment(request, metadata=billing.operator))

    assert refusal.reason == "INVALID_REQUEST"
