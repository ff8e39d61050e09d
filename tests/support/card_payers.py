"""Clients who pay by card, and the processor's side of it."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from services.billing.worker.card_payments import CardPayments
from simulators.stripe import events
from simulators.stripe.cards import GOOD
from tests.support.billing import Billing, a_request_id, text_of
from tests.support.paying import OCTOBER, Payer, a_payer
from veneer.billing.v1 import payment_event_service_pb2
from veneer.billing.v1 import payment_service_pb2 as pb

SECRET_KEY = "sk_test_simulated"
WEBHOOK_SECRET = "whsec_simulated"


class CardPayer(Payer):
    """A client with a card on file."""

    async def put_on_file(self, last_digits: str = GOOD) -> None:
        """Enters a card on the page that opens."""
        request = pb.CreateCardSetupRequest(
            parent=self.name,
            return_uri="https://portal.example/billing",
            request_id=a_request_id(),
        )
        opened = await self.billing.payments.CreateCardSetup(request, metadata=self.client)
        assert opened.uri.startswith("https://")
        self.billing.cards.state.enter_card(opened.uri.rpartition("/")[2], last_digits)
        await tell_all(self.billing)

    async def pay(self, month: str = OCTOBER, request_id: str = "") -> pb.Payment:
        """Asks to pay an invoice with the card on file."""
        request = pb.PayInvoiceRequest(
            name=f"{self.name}/invoices/{month}", request_id=request_id or a_request_id()
        )
        begun: pb.Payment = await self.billing.payments.PayInvoice(request, metadata=self.client)
        return begun

    async def payment(self, name: str) -> pb.Payment:
        """Gets a payment."""
        request = pb.GetPaymentRequest(name=name)
        found: pb.Payment = await self.billing.payments.GetPayment(request, metadata=self.client)
        return found

    async def payments(self) -> list[tuple[str, str]]:
        """Gives state and amount of each payment, latest first."""
        request = pb.ListPaymentsRequest(parent=self.name)
        found = await self.billing.payments.ListPayments(request, metadata=self.client)
        return [
            (pb.Payment.State.Name(each.state), text_of(each.amount)) for each in found.payments
        ]

    async def collect(self, *, automatic: bool = True) -> None:
        """Sets whether invoices are paid when they are sent."""
        collection = pb.Collection(name=f"{self.name}/collection", automatic=automatic)
        request = pb.UpdateCollectionRequest(collection=collection)
        await self.billing.payments.UpdateCollection(request, metadata=self.client)

    async def refund(self, payment: pb.Payment, amount: Any = None) -> pb.Payment:
        """Gives back what was paid, all of it if no amount is said."""
        request = pb.RefundPaymentRequest(name=payment.name, amount=amount)
        changed: pb.Payment = await self.billing.payments.RefundPayment(
            request, metadata=self.billing.operator
        )
        return changed

    @property
    def charged(self) -> list[int]:
        """What really left the client's card, in cents."""
        return [each["amount"] for each in self.billing.cards.state.charged(tenant=self.tenant_id)]


async def a_card_payer(billing: Billing, *months: str, last_digits: str = GOOD) -> CardPayer:
    """A client with invoices and a card on file, whose earlier events are told."""
    payer = await a_payer(billing, *months)
    card_payer = CardPayer(billing, payer.tenant_id)
    await card_payer.put_on_file(last_digits)
    return card_payer


async def work(billing: Billing) -> None:
    """Lets the worker do what is due."""
    while await CardPayments(billing.desk).run_due():
        pass


async def tell(billing: Billing, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> None:
    """Sends one event, signed."""
    body = events.body_of(event)
    request = payment_event_service_pb2.ReceivePaymentEventRequest(
        event=HttpBody(content_type="application/json", data=body)
    )
    metadata = (("x-event-signature", events.signature_of(body, secret)),)
    await billing.events.ReceivePaymentEvent(request, metadata=metadata)


async def tell_all(billing: Billing) -> None:
    """Sends all events that wait, in order."""
    for event in billing.cards.state.events.take():
        await tell(billing, event)
