"""Payments: intents to move money, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.billing.domain import ledger
from services.billing.domain.ledger import Cause
from services.kit.errors import Kind, Refusal
from services.kit.money import Money

# A card that is declined when an invoice is collected is tried again after so long.
RETRIES = (timedelta(days=1), timedelta(days=3), timedelta(days=5))


class Method(StrEnum):
    """How money comes."""

    CARD = "CARD"
    BANK_TRANSFER = "BANK_TRANSFER"
    CHEQUE = "CHEQUE"
    OTHER = "OTHER"


class PaymentState(StrEnum):
    """What became of a payment."""

    PENDING = "PENDING"
    RECEIVED = "RECEIVED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"
    DISPUTED = "DISPUTED"
    LOST = "LOST"


class DeclineReason(StrEnum):
    """Why a card was not charged, in no vendor's words."""

    NONE = ""
    DECLINED = "DECLINED"
    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    CARD_EXPIRED = "CARD_EXPIRED"
    CONFIRMATION_NEEDED = "CONFIRMATION_NEEDED"
    CARD_NOT_USABLE = "CARD_NOT_USABLE"
    NOT_NEEDED = "NOT_NEEDED"


# Trying the same card again could change these alone.
PASSING = frozenset({DeclineReason.DECLINED, DeclineReason.INSUFFICIENT_FUNDS})


class PaymentNotReversible(Refusal):
    """It was made by card, or is taken back already."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PAYMENT_NOT_REVERSIBLE"


@dataclass(frozen=True, slots=True)
class Payment:
    """An intent to move money from a client to its seller.

    `attempt` counts from 1; `is_attempted` tells whether the processor may know of it. Unless its
    outcome is known, the same attempt is made again, never another one.
    """

    tenant_id: str
    payment_id: str
    seller_id: str
    method: Method
    amount: Money
    create_time: datetime
    state: PaymentState = PaymentState.RECEIVED
    invoice_id: str = ledger.ON_ACCOUNT
    reference: str = ""
    is_automatic: bool = False
    attempt: int = 0
    is_attempted: bool = False
    card_id: str = ""
    next_attempt_time: datetime | None = None
    decline_reason: DeclineReason = DeclineReason.NONE
    processor_id: str = ""

    @property
    def account(self) -> str:
        """The account of the ledger that the money comes into."""
        return ledger.PROCESSOR if self.method is Method.CARD else ledger.BANK

    @property
    def attempt_id(self) -> str:
        """The id under which the processor does this attempt once, however often it is asked."""
        return f"{self.payment_id}-{self.attempt}"

    def cause(self, kind: ledger.Kind, source: str, description: str) -> Cause:
        """Names a transaction of the ledger that this payment causes."""
        return Cause(self.tenant_id, self.seller_id, source, kind, description)


def received(payment: Payment, processor_id: str = "") -> Payment:
    """The money is there."""
    return replace(
        payment,
        state=PaymentState.RECEIVED,
        processor_id=processor_id or payment.processor_id,
        next_attempt_time=None,
        decline_reason=DeclineReason.NONE,
    )


def declined(payment: Payment, reason: DeclineReason, at: datetime) -> Payment:
    """The card was declined: tried again later if that could help and nobody waits for it."""
    tries = payment.attempt
    if payment.is_automatic and reason in PASSING and tries <= len(RETRIES):
        return replace(
            payment,
            attempt=tries + 1,
            is_attempted=False,
            decline_reason=reason,
            next_attempt_time=at + RETRIES[tries - 1],
        )
    return given_up(payment, reason)


def given_up(payment: Payment, reason: DeclineReason) -> Payment:
    """The money will not come."""
    return replace(
        payment, state=PaymentState.FAILED, decline_reason=reason, next_attempt_time=None
    )


def check_reversible(payment: Payment) -> None:
    """Refuses with PAYMENT_NOT_REVERSIBLE unless it was recorded by hand and stands."""
    if payment.method is Method.CARD or payment.state is not PaymentState.RECEIVED:
        raise PaymentNotReversible(
            "Only a recorded payment that stands can be taken back.",
            method=payment.method,
            state=payment.state,
        )
