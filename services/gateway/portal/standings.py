"""Invoices and payments, and how they stand, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.gateway.portal.figures import amount
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb
from veneer.billing.v1 import payment_service_pb2 as payments_pb

if TYPE_CHECKING:
    from veneer.billing.v1.invoice_service_pb2 import Invoice
    from veneer.billing.v1.payment_service_pb2 import Payment

_METHODS: dict[int, str] = {
    payments_pb.Payment.CARD: "Card",
    payments_pb.Payment.BANK_TRANSFER: "Bank transfer",
    payments_pb.Payment.CHEQUE: "Cheque",
    payments_pb.Payment.OTHER: "Other",
}
# What became of a payment, and whether that is good or bad.
_PAYMENT_STATES: dict[int, tuple[str, str]] = {
    payments_pb.Payment.PENDING: ("under way", ""),
    payments_pb.Payment.RECEIVED: ("received", "good"),
    payments_pb.Payment.FAILED: ("failed", "bad"),
    payments_pb.Payment.REVERSED: ("taken back", ""),
    payments_pb.Payment.DISPUTED: ("disputed", "bad"),
    payments_pb.Payment.LOST: ("lost to a dispute", "bad"),
}
_DECLINES: dict[int, str] = {
    payments_pb.Payment.DECLINED: "The bank declined the card.",
    payments_pb.Payment.INSUFFICIENT_FUNDS: "The account of the card does not hold enough.",
    payments_pb.Payment.CARD_EXPIRED: "The card is too old; put another one on file.",
    payments_pb.Payment.CONFIRMATION_NEEDED: "The holder has to confirm it; put the card on file "
    "again.",
    payments_pb.Payment.CARD_NOT_USABLE: "The card cannot be used; put another one on file.",
    payments_pb.Payment.NOT_NEEDED: "The invoice was paid otherwise; the card was not charged.",
}
_INVOICE_STATES: dict[int, tuple[str, str]] = {
    invoices_pb.Invoice.ISSUED: ("open", "bad"),
    invoices_pb.Invoice.PARTLY_PAID: ("partly paid", "bad"),
    invoices_pb.Invoice.PAID: ("paid", "good"),
    invoices_pb.Invoice.VOID: ("void", ""),
}
_OPEN = (invoices_pb.Invoice.ISSUED, invoices_pb.Invoice.PARTLY_PAID)
# Who may record a payment chooses one of these.
MANUAL_METHODS = [
    (payments_pb.Payment.Method.Name(method), _METHODS[method])
    for method in (
        payments_pb.Payment.BANK_TRANSFER,
        payments_pb.Payment.CHEQUE,
        payments_pb.Payment.OTHER,
    )
]


@dataclass(frozen=True, slots=True)
class PaymentText:
    """A payment, how it stands, and what can still be done with it."""

    payment: Payment
    id: str
    invoice_id: str
    method: str
    state: str
    tone: str
    detail: str
    is_refundable: bool
    is_reversible: bool


@dataclass(frozen=True, slots=True)
class InvoiceText:
    """An invoice and how it stands; `is_open` if there is something left to pay."""

    invoice: Invoice
    id: str
    state: str
    tone: str
    is_open: bool
    is_being_paid: bool


def payment_text(payment: Payment) -> PaymentText:
    """Puts a payment into words."""
    state, tone = _PAYMENT_STATES.get(payment.state, ("", ""))
    by_card = payment.method == payments_pb.Payment.CARD
    received = payment.state == payments_pb.Payment.RECEIVED
    given_back = payment.refunded_amount
    parts = [_DECLINES.get(payment.decline_reason, ""), payment.reference]
    if given_back.units or given_back.nanos:
        parts.append(f"{amount(given_back)} given back.")
    return PaymentText(
        payment=payment,
        id=payment.name.rpartition("/")[2],
        invoice_id=payment.invoice.rpartition("/")[2],
        method=_METHODS.get(payment.method, ""),
        state=state,
        tone=tone,
        detail=" ".join(part for part in parts if part),
        is_refundable=by_card and received and given_back != payment.amount,
        is_reversible=received and not by_card,
    )


def invoice_text(invoice: Invoice, being_paid: Collection[str] = ()) -> InvoiceText:
    """Puts an invoice's standing into words; payments of those `being_paid` are under way."""
    state, tone = _INVOICE_STATES.get(invoice.state, ("", ""))
    return InvoiceText(
        invoice=invoice,
        id=invoice.name.rpartition("/")[2],
        state=state,
        tone=tone,
        is_open=invoice.state in _OPEN,
        is_being_paid=invoice.name in being_paid,
    )


def being_paid(payments: Collection[Payment]) -> set[str]:
    """Gives the names of the invoices that a payment is under way for."""
    pending = payments_pb.Payment.PENDING
    return {each.invoice for each in payments if each.state == pending and each.invoice}
