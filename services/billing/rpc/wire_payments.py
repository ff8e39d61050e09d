"""Messages of payments, from the domain and back."""

from __future__ import annotations

import uuid
from datetime import datetime

from services.billing.domain.card import Card
from services.billing.domain.payment import Method, Payment, PaymentState
from services.billing.rpc.names import InvoiceName, existing_month
from services.billing.rpc.wire import timestamp
from services.kit.errors import InvalidRequest
from services.kit.money import Money, round_money
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import payment_service_pb2 as pb

_REFERENCE_LENGTH_MAX = 200


def payment(found: Payment, refunded: Money | None = None) -> pb.Payment:
    """Writes a payment; `refunded` is what was given back of it."""
    message = pb.Payment(
        name=f"tenants/{found.tenant_id}/payments/{found.payment_id}",
        method=pb.Payment.Method.Value(found.method),
        amount=money_to_wire(found.amount),
        reference=found.reference,
        state=pb.Payment.State.Value(found.state),
        refunded_amount=money_to_wire(refunded or Money.zero(found.amount.currency_code)),
        create_time=timestamp(found.create_time),
    )
    if found.invoice_id:
        message.invoice = f"tenants/{found.tenant_id}/invoices/{found.invoice_id}"
    if found.decline_reason:
        message.decline_reason = pb.Payment.DeclineReason.Value(found.decline_reason)
    if found.state is PaymentState.PENDING and found.next_attempt_time and found.attempt > 1:
        message.next_attempt_time.CopyFrom(timestamp(found.next_attempt_time))
    return message


def payment_from_wire(tenant_id: str, message: pb.Payment, at: datetime) -> Payment:
    """Reads a payment that came otherwise than by card; refuses with INVALID_REQUEST."""
    method = Method(pb.Payment.Method.Name(message.method))
    if method is Method.CARD:
        raise InvalidRequest.at("payment.method", "A payment by card cannot be recorded.")
    reference = message.reference.strip()
    if len(reference) > _REFERENCE_LENGTH_MAX:
        raise InvalidRequest.at(
            "payment.reference", f"Must have at most {_REFERENCE_LENGTH_MAX} characters."
        )
    return Payment(
        tenant_id=tenant_id,
        payment_id=str(uuid.uuid4()),
        seller_id="",
        method=method,
        amount=paid_amount(money_from_wire(message.amount), "payment.amount"),
        create_time=at,
        invoice_id=_invoice_id(tenant_id, message.invoice),
        reference=reference,
    )


def paid_amount(amount: Money, field: str) -> Money:
    """Gives an amount that can be paid: above zero, in whole coins; else refuses."""
    whole = round_money(amount.amount, amount.currency_code)
    if whole != amount or whole <= Money.zero(amount.currency_code):
        raise InvalidRequest.at(field, "Must be above zero, in whole coins of its currency.")
    return whole


def card(tenant_id: str, found: Card) -> pb.Card:
    """Writes what may be shown of a card."""
    return pb.Card(
        name=f"tenants/{tenant_id}/card",
        brand=found.brand,
        last_digits=found.last_digits,
        expire_month=found.expire_month,
        expire_year=found.expire_year,
    )


def collection(tenant_id: str, is_automatic: bool) -> pb.Collection:
    """Writes how invoices are paid when they are sent."""
    return pb.Collection(name=f"tenants/{tenant_id}/collection", automatic=is_automatic)


def _invoice_id(tenant_id: str, name: str) -> str:
    if not name:
        return ""
    invoice = InvoiceName.parse(name, "payment.invoice")
    if invoice.tenant != tenant_id:
        raise InvalidRequest.at("payment.invoice", "Must be an invoice of the parent.")
    return str(existing_month(invoice.invoice, name))
