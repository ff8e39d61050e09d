"""What billing needs of who charges cards: a port, so that no other file knows which it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.billing.domain.card import Card, Refund, RefundState
from services.billing.domain.payment import DeclineReason, Payment
from services.kit.errors import Kind, Refusal
from services.kit.money import Money


class EventNotSigned(Refusal):
    """An event whose signature is missing, wrong or too old."""

    kind = Kind.PERMISSION_DENIED
    reason = "EVENT_NOT_SIGNED"


class ChargeState(StrEnum):
    """What became of an attempt to charge a card."""

    CHARGED = "CHARGED"
    DECLINED = "DECLINED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt; `fee` is what the processor keeps of it, None if not known yet."""

    state: ChargeState
    processor_id: str = ""
    reason: DeclineReason = DeclineReason.NONE
    fee: Money | None = None


class EventKind(StrEnum):
    """What an event tells."""

    ATTEMPTED = "ATTEMPTED"
    CARD_SET_UP = "CARD_SET_UP"
    REFUNDED = "REFUNDED"
    DISPUTED = "DISPUTED"
    OTHER = "OTHER"


class DisputeState(StrEnum):
    """How a dispute stands."""

    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class ProcessorEvent:
    """One event, once by its id. What its kind does not have is empty.

    `attempt_id` is ours; `object_id` is the processor's id of the set-up, refund or dispute, and
    `reference` our own id of a refund, if it is one of ours.
    """

    event_id: str
    kind: EventKind
    processor_id: str = ""
    tenant_id: str = ""
    payment_id: str = ""
    attempt_id: str = ""
    object_id: str = ""
    reference: str = ""
    amount: Money | None = None
    fee: Money | None = None
    outcome: Outcome | None = None
    refund: RefundState | None = None
    dispute: DisputeState | None = None


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who is made known to the processor; nothing that it does not need."""

    tenant_id: str
    display_name: str


class Processor(Protocol):
    """Who charges cards. Everything may be asked again under the same id, and is done once.

    What can't be told for the moment refuses with TEMPORARILY_UNAVAILABLE: it may have been done.
    """

    async def create_customer(self, details: CustomerDetails) -> str:
        """Makes a tenant known and gives its id there."""

    async def open_card_setup(self, customer_id: str, return_uri: str, key: str) -> str:
        """Gives the address of a page on which a card is put on file."""

    async def read_card(self, setup_id: str) -> tuple[str, Card | None]:
        """Gives the customer's id and the card of a set-up that is complete."""

    async def charge(self, payment: Payment, customer_id: str) -> Outcome:
        """Charges the payment's card with its amount, once for its attempt id."""

    async def find_charge(self, payment: Payment, customer_id: str) -> Outcome | None:
        """Gives what became of an attempt that may have been made; None if it was not."""

    async def refund(self, refund: Refund, processor_id: str) -> RefundState:
        """Gives back what was charged, once for the refund's id."""

    async def fee_of(self, processor_id: str) -> Money | None:
        """Gives what the processor keeps of a charge, None if it is not known yet."""

    async def payment_of(self, processor_id: str) -> tuple[str, str]:
        """Gives tenant id and payment id of a charge; empty if it is none of ours."""

    def read_event(self, content: bytes, signature: str) -> ProcessorEvent:
        """Reads an event; refuses with EVENT_NOT_SIGNED."""
