"""Stripe's signed events in our words."""

from __future__ import annotations

import json
from typing import Any

import stripe

from services.billing.domain.card import RefundState
from services.billing.partners.payments import (
    DisputeState,
    EventKind,
    EventNotSigned,
    ProcessorEvent,
)
from services.billing.partners.stripe_objects import (
    attempt_of,
    money_of,
    outcome_of,
    refund_state,
)

# An event that was recorded and is sent again by somebody else is refused after so long, by the
# machine's time: the other side knows no other.
_TOLERANCE_SECONDS = 300


def read_signed(content: bytes, signature: str, secret: str) -> dict[str, Any]:
    """Gives what was signed; refuses with EVENT_NOT_SIGNED if it was not, or too long ago."""
    try:
        stripe.WebhookSignature.verify_header(
            content.decode(), signature, secret, _TOLERANCE_SECONDS
        )
        event = json.loads(content)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise EventNotSigned("The event is not signed as it should be.") from error
    return event if isinstance(event, dict) else {}


def event_of(event: dict[str, Any]) -> ProcessorEvent:
    """Reads an event; of a kind that changes nothing here, its id alone."""
    event_id = str(event.get("id", ""))
    found = event.get("data", {}).get("object", {})
    match event.get("type"):
        case "payment_intent.succeeded" | "payment_intent.payment_failed":
            return _attempted(event_id, found)
        case "checkout.session.completed" if found.get("mode") == "setup":
            setup_id = str(found.get("setup_intent") or "")
            return ProcessorEvent(event_id, EventKind.CARD_SET_UP, object_id=setup_id)
        case "refund.created" | "refund.updated" | "refund.failed":
            return _refunded(event_id, found)
        case "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed":
            return _disputed(event_id, found)
        case _:
            return ProcessorEvent(event_id, EventKind.OTHER)


def _attempted(event_id: str, intent: dict[str, Any]) -> ProcessorEvent:
    metadata = intent.get("metadata") or {}
    attempt_id = attempt_of(intent)
    return ProcessorEvent(
        event_id,
        EventKind.ATTEMPTED if attempt_id else EventKind.OTHER,
        processor_id=str(intent["id"]),
        tenant_id=str(metadata.get("tenant", "")),
        payment_id=str(metadata.get("payment", "")),
        attempt_id=attempt_id,
        outcome=outcome_of(intent),
    )


def _refunded(event_id: str, refund: dict[str, Any]) -> ProcessorEvent:
    state = refund_state(refund)
    processor_id = str(refund.get("payment_intent") or "")
    is_told = processor_id and state is not RefundState.PENDING
    return ProcessorEvent(
        event_id,
        EventKind.REFUNDED if is_told else EventKind.OTHER,
        processor_id=processor_id,
        object_id=str(refund["id"]),
        reference=str((refund.get("metadata") or {}).get("refund", "")),
        amount=money_of(int(refund["amount"]), str(refund["currency"])),
        refund=state,
    )


def _disputed(event_id: str, dispute: dict[str, Any]) -> ProcessorEvent:
    movements = dispute.get("balance_transactions") or []
    fee = sum(int(each.get("fee") or 0) for each in movements)
    # An inquiry takes no money away; only what is disputed in earnest does.
    status = str(dispute.get("status", ""))
    processor_id = str(dispute.get("payment_intent") or "")
    is_told = processor_id and not status.startswith("warning_")
    state = {"won": DisputeState.WON, "lost": DisputeState.LOST}.get(status, DisputeState.OPEN)
    return ProcessorEvent(
        event_id,
        EventKind.DISPUTED if is_told else EventKind.OTHER,
        processor_id=processor_id,
        object_id=str(dispute["id"]),
        amount=money_of(int(dispute["amount"]), str(dispute["currency"])),
        fee=money_of(fee, str(movements[0]["currency"])) if fee else None,
        dispute=state,
    )
