"""Cards that behave by their last digits."""

from __future__ import annotations

from typing import Any, Final

GOOD: Final = "4242"
# Last digits, and what charging such a card is declined with: code, then decline code.
DECLINES: Final = {
    "0002": ("card_declined", "generic_decline"),
    "9995": ("card_declined", "insufficient_funds"),
    "0069": ("expired_card", "expired_card"),
    "9987": ("card_declined", "lost_card"),
    "3184": ("authentication_required", "authentication_required"),
}


def payment_method(method_id: str, last_digits: str) -> dict[str, Any]:
    """A card as it is shown."""
    return {
        "id": method_id,
        "object": "payment_method",
        "type": "card",
        "card": {"brand": "visa", "last4": last_digits, "exp_month": 12, "exp_year": 2031},
    }


def card_error(last_digits: str, intent: dict[str, Any]) -> dict[str, Any]:
    """What a declined charge is answered with."""
    code, decline_code = DECLINES[last_digits]
    return {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": "Your card was declined.",
        "payment_intent": intent,
    }
