"""Stripe's objects in our words; its own never go further."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.billing.domain.card import RefundState
from services.billing.domain.payment import DeclineReason
from services.billing.partners.payments import ChargeState, Outcome
from services.kit.money import AmountOutOfRange, Money, minor_units

# Where its decimals are not those of ISO 4217.
_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}

_REASONS = {
    "insufficient_funds": DeclineReason.INSUFFICIENT_FUNDS,
    "withdrawal_count_limit_exceeded": DeclineReason.INSUFFICIENT_FUNDS,
    "card_velocity_exceeded": DeclineReason.INSUFFICIENT_FUNDS,
    "expired_card": DeclineReason.CARD_EXPIRED,
    "authentication_required": DeclineReason.CONFIRMATION_NEEDED,
    "approve_with_id": DeclineReason.CONFIRMATION_NEEDED,
    "generic_decline": DeclineReason.DECLINED,
    "do_not_honor": DeclineReason.DECLINED,
    "card_declined": DeclineReason.DECLINED,
    "issuer_not_available": DeclineReason.DECLINED,
    "processing_error": DeclineReason.DECLINED,
    "reenter_transaction": DeclineReason.DECLINED,
    "try_again_later": DeclineReason.DECLINED,
}
_ENDED = ("requires_payment_method", "requires_action", "canceled")


def minor_amount(money: Money) -> int:
    """Gives an amount in its smallest coins; refuses what is not whole in them."""
    scaled = money.amount.scaleb(_decimals(money.currency_code))
    whole = int(scaled)
    if whole != scaled:
        raise AmountOutOfRange("The amount is not whole in the smallest coin of its currency.")
    return whole


def money_of(amount: int, currency: str) -> Money:
    """Reads an amount in smallest coins."""
    code = currency.upper()
    # From text, because arithmetic would round to the context's precision.
    return Money(Decimal(f"{amount}E-{_decimals(code)}"), code)


def attempt_of(intent: Any) -> str:
    """Gives the id of ours under which it was asked for; empty if none."""
    return str(field(field(intent, "metadata"), "attempt") or "")


def outcome_of(intent: Any) -> Outcome:
    """Tells what became of a payment intent."""
    intent_id, status = str(field(intent, "id")), field(intent, "status")
    if status == "succeeded":
        return Outcome(ChargeState.CHARGED, intent_id, fee=_fee_of(intent))
    if status in _ENDED:
        error = field(intent, "last_payment_error")
        needs = DeclineReason.CONFIRMATION_NEEDED
        reason = needs if status == "requires_action" else reason_of(error)
        return Outcome(ChargeState.DECLINED, intent_id, reason)
    return Outcome(ChargeState.UNDECIDED, intent_id)


def reason_of(error: Any) -> DeclineReason:
    """Tells why a card was declined; what we don't know of can't be used again."""
    code = field(error, "decline_code") or field(error, "code") or ""
    return _REASONS.get(str(code), DeclineReason.CARD_NOT_USABLE)


def refund_state(refund: Any) -> RefundState:
    """Tells what became of a refund."""
    match field(refund, "status"):
        case "succeeded":
            return RefundState.DONE
        case "failed" | "canceled":
            return RefundState.FAILED
        case _:
            return RefundState.PENDING


def field(of: Any, name: str) -> Any:
    """Gives a field of an object, which may be absent on either side."""
    if of is None or isinstance(of, str):
        return None
    return of.get(name) if isinstance(of, dict) else getattr(of, name, None)


def _fee_of(intent: Any) -> Money | None:
    balance = field(field(intent, "latest_charge"), "balance_transaction")
    fee = field(balance, "fee")
    return money_of(int(fee), str(field(balance, "currency"))) if fee else None


def _decimals(currency_code: str) -> int:
    return _DECIMALS.get(currency_code, minor_units(currency_code))
