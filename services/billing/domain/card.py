"""Cards on file, and what is given back to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.billing.domain import ledger
from services.billing.domain.payment import Method, Payment, PaymentState
from services.kit.errors import Kind, Refusal
from services.kit.money import Money


class CardPaymentsOff(Refusal):
    """The seller takes no cards."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CARD_PAYMENTS_OFF"


class CardNotOnFile(Refusal):
    """There is no card to pay with."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CARD_NOT_ON_FILE"


class InvoiceNotDue(Refusal):
    """Nothing is left to pay of the invoice."""

    kind = Kind.FAILED_PRECONDITION
    reason = "INVOICE_NOT_DUE"


class PaymentPending(Refusal):
    """A payment of the invoice is under way."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PAYMENT_PENDING"


class PaymentNotRefundable(Refusal):
    """The money was not received by card, or is not there any more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PAYMENT_NOT_REFUNDABLE"


class RefundExceedsPayment(Refusal):
    """More would be given back than is left of the payment."""

    kind = Kind.FAILED_PRECONDITION
    reason = "REFUND_EXCEEDS_PAYMENT"


@dataclass(frozen=True, slots=True)
class Card:
    """A card on file; `card_id` is the processor's, and all else is what may be shown."""

    card_id: str
    brand: str
    last_digits: str
    expire_month: int
    expire_year: int
    setup_time: datetime


class RefundState(StrEnum):
    """What became of a refund."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Refund:
    """An intent to give back what was paid by card."""

    tenant_id: str
    refund_id: str
    payment_id: str
    amount: Money
    state: RefundState
    create_time: datetime


def check_refund(payment: Payment, amount: Money | None, refunded: Money) -> Money:
    """Gives the amount to give back: all that is left of the payment if None is said.

    Refuses with PAYMENT_NOT_REFUNDABLE and REFUND_EXCEEDS_PAYMENT.
    """
    if payment.method is not Method.CARD or payment.state is not PaymentState.RECEIVED:
        raise PaymentNotRefundable(
            "Only what was received by card can be given back.",
            method=payment.method,
            state=payment.state,
        )
    left = payment.amount - refunded
    wanted = left if amount is None else amount
    if wanted > left or wanted <= ledger.nothing(left):
        raise RefundExceedsPayment("More would be given back than is left.", left=left)
    return wanted
