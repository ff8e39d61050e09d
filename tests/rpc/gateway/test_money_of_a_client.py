"""The operator records, gives back and credits a client's money."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.purses import Purse, usd
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.runs_peer import NOTE_PDF
from veneer.billing.v1 import payment_service_pb2 as payments_pb

TENANT = "tenants/abc-solar"
INVOICE = f"{TENANT}/invoices/2025-09"
PAGE = "/clients/abc-solar/money"
CREDIT = "/clients/abc-solar/invoices/2025-09/credit"
RECORD = {"method": "BANK_TRANSFER", "currency": "usd", "reference": "Wire 8841"}
REQUEST = "4f0c9f7e-8f0e-4b57-9b0f-2f6f5a3a1c11"


def _owing(gateway: Running) -> Purse:
    purse = gateway.world.purse(TENANT)
    purse.left[INVOICE] = 164_075
    return purse


def _paid_by_card(gateway: Running) -> Purse:
    purse = _owing(gateway)
    payment = payments_pb.Payment(
        method=payments_pb.Payment.CARD, amount=usd(40_000), state=payments_pb.Payment.RECEIVED
    )
    purse.add(payment, "first")
    return purse


async def test_a_payment_that_came_by_bank_is_recorded(gateway: Running, operator: Browser) -> None:
    """For the invoice that it names; what is left to pay becomes less."""
    _owing(gateway)

    await operator.submit(
        PAGE, f"{PAGE}/payments", payment_amount="1,000.75", invoice="2025-09", **RECORD
    )

    text = text_of((await operator.get(PAGE)).text)
    assert "Bank transfer September 2025 received Wire 8841 $1,000.75" in text
    assert "Open $640.00" in text


async def test_what_cannot_be_recorded_is_told_and_kept(
    gateway: Running, operator: Browser
) -> None:
    """More decimals than the currency has are no amount of it."""
    purse = _owing(gateway)

    answer = await operator.submit(PAGE, f"{PAGE}/payments", payment_amount="10.005", **RECORD)

    assert answer.status_code == 400
    assert "Payment amount: Must have at most 2 decimals." in answer.text
    assert 'value="10.005"' in answer.text
    assert 'value="Wire 8841"' in answer.text
    assert purse.payments == []


async def test_a_card_payment_is_given_back_in_part(gateway: Running, operator: Browser) -> None:
    """Or in whole, if no amount is typed."""
    _paid_by_card(gateway)

    await operator.submit(PAGE, f"{PAGE}/payments/p1/refund", refund_amount="15.50")
    text = text_of((await operator.get(PAGE)).text)
    await operator.submit(PAGE, f"{PAGE}/payments/p1/refund", refund_amount="")

    assert f"RefundPayment {TENANT}/payments/p1 1550" in gateway.world.asked
    assert "$15.50 given back." in text
    assert f"RefundPayment {TENANT}/payments/p1 40000" in gateway.world.asked


async def test_a_recorded_payment_is_taken_back(gateway: Running, operator: Browser) -> None:
    """As it never came; then there is nothing more to do with it."""
    _owing(gateway)
    await operator.submit(
        PAGE, f"{PAGE}/payments", payment_amount="5", request_id=REQUEST, **RECORD
    )

    await operator.submit(PAGE, f"{PAGE}/payments/p1/reverse")

    page = (await operator.get(PAGE)).text
    assert f"ReversePayment {TENANT}/payments/p1" in gateway.world.asked
    assert "taken back" in text_of(page)
    assert "p1/reverse" not in page


async def test_a_credit_note_takes_lines_back(gateway: Running, operator: Browser) -> None:
    """Those with an amount; the client reads why, and the file is the service's."""
    purse = _owing(gateway)

    await operator.submit(CREDIT, CREDIT, line_2="100.25", reason="Lost calls on Sep 4.")

    (note,) = purse.credit_notes
    assert [(each.position, each.amount) for each in note.lines] == [(2, usd(10_025))]
    assert "CN-2025-000001" in (await operator.get(PAGE)).text
    file = await operator.get("/clients/abc-solar/credit-notes/CN-2025-000001/pdf")
    assert file.content == NOTE_PDF


async def test_a_credit_note_takes_all_back(gateway: Running, operator: Browser) -> None:
    """By its own button; nothing at all is refused."""
    purse = _owing(gateway)

    nothing = await operator.submit(CREDIT, CREDIT, reason="A mistake.")
    await operator.submit(CREDIT, CREDIT, reason="A mistake.", everything="1")

    assert nothing.status_code == 400
    assert "Type at least one amount" in nothing.text
    assert 'value="A mistake."' in nothing.text
    assert [len(note.lines) for note in purse.credit_notes] == [0]
