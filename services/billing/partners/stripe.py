"""Charges cards through Stripe, by its own client; everything is asked with a key of ours."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe

from services.billing.domain.card import Card, Refund, RefundState
from services.billing.domain.payment import DeclineReason, Payment
from services.billing.partners.payments import (
    ChargeState,
    CustomerDetails,
    Outcome,
    ProcessorEvent,
)
from services.billing.partners.stripe_events import event_of, read_signed
from services.billing.partners.stripe_objects import (
    attempt_of,
    field,
    minor_amount,
    outcome_of,
    reason_of,
    refund_state,
)
from services.kit.errors import Unavailable
from services.kit.logging import get_logger
from services.kit.money import Money

_TIMEOUT_SECONDS = 20
# As many attempts as one payment can have lie within this many of a customer's newest ones.
_LOOKED_AT_MAX = 100

T = TypeVar("T")

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """How the operator's account is reached; `api_base` is empty for the processor's own."""

    secret_key: str
    webhook_secret: str
    api_base: str = ""


class Stripe:
    """The processor, as the port has it.

    The client's own retries are off: when an answer is lost, the worker looks for the attempt
    before it asks again, because an error is replayed under the same key as well.
    """

    def __init__(self, account: StripeAccount) -> None:
        self._webhook_secret = account.webhook_secret
        self._client = stripe.StripeClient(
            account.secret_key,
            base_addresses={"api": account.api_base} if account.api_base else {},
            max_network_retries=0,
            http_client=stripe.HTTPXClient(timeout=_TIMEOUT_SECONDS),
        )

    async def create_customer(self, details: CustomerDetails) -> str:
        """Makes a tenant known and gives its id there."""
        made = await _asked(
            self._client.v1.customers.create_async(
                {"name": details.display_name, "metadata": {"tenant": details.tenant_id}},
                {"idempotency_key": f"customer-{details.tenant_id}"},
            )
        )
        return str(made.id)

    async def open_card_setup(self, customer_id: str, return_uri: str, key: str) -> str:
        """Gives the address of a page on which a card is put on file."""
        session = await _asked(
            self._client.v1.checkout.sessions.create_async(
                {
                    "mode": "setup",
                    "customer": customer_id,
                    "allowed_payment_method_types": ["card"],
                    "success_url": return_uri,
                    "cancel_url": return_uri,
                },
                {"idempotency_key": key},
            )
        )
        return str(session.url)

    async def read_card(self, setup_id: str) -> tuple[str, Card | None]:
        """Gives the customer's id and the card of a set-up that is complete."""
        setup: Any = await _asked(
            self._client.v1.setup_intents.retrieve_async(setup_id, {"expand": ["payment_method"]})
        )
        method = setup.payment_method
        card = getattr(method, "card", None)
        if card is None:
            return str(setup.customer), None
        return str(setup.customer), Card(
            card_id=str(method.id),
            brand=str(card.brand),
            last_digits=str(card.last4),
            expire_month=int(card.exp_month),
            expire_year=int(card.exp_year),
            setup_time=datetime.fromtimestamp(int(setup.created), UTC),
        )

    async def charge(self, payment: Payment, customer_id: str) -> Outcome:
        """Charges the payment's card with its amount, once for its attempt id."""
        try:
            intent = await _asked(
                self._client.v1.payment_intents.create_async(
                    {
                        "amount": minor_amount(payment.amount),
                        "currency": payment.amount.currency_code.lower(),
                        "customer": customer_id,
                        "payment_method": payment.card_id,
                        # Nobody is there to be sent elsewhere.
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                        "confirm": True,
                        "off_session": True,
                        "metadata": {
                            "tenant": payment.tenant_id,
                            "payment": payment.payment_id,
                            "attempt": payment.attempt_id,
                        },
                        "expand": ["latest_charge.balance_transaction"],
                    },
                    {"idempotency_key": payment.attempt_id},
                )
            )
        except stripe.CardError as error:
            intent_id = str(field(field(error.error, "payment_intent"), "id") or "")
            return Outcome(ChargeState.DECLINED, intent_id, reason_of(error.error))
        except stripe.InvalidRequestError as error:
            # The card was taken off file there, or the account can't charge: asking again is vain.
            log.exception("charge_refused", payment=payment.payment_id, code=error.code)
            return Outcome(ChargeState.DECLINED, reason=DeclineReason.CARD_NOT_USABLE)
        return outcome_of(intent)

    async def find_charge(self, payment: Payment, customer_id: str) -> Outcome | None:
        """Gives what became of an attempt that may have been made; None if it was not."""
        intents = await _asked(
            self._client.v1.payment_intents.list_async(
                {
                    "customer": customer_id,
                    "limit": _LOOKED_AT_MAX,
                    "expand": ["data.latest_charge.balance_transaction"],
                }
            )
        )
        for intent in intents.data:
            if attempt_of(intent) == payment.attempt_id:
                return outcome_of(intent)
        return None

    async def refund(self, refund: Refund, processor_id: str) -> RefundState:
        """Gives back what was charged, once for the refund's id."""
        made = await _asked(
            self._client.v1.refunds.list_async(
                {"payment_intent": processor_id, "limit": _LOOKED_AT_MAX}
            )
        )
        for each in made.data:
            if field(field(each, "metadata"), "refund") == refund.refund_id:
                return refund_state(each)
        try:
            return refund_state(
                await _asked(
                    self._client.v1.refunds.create_async(
                        {
                            "payment_intent": processor_id,
                            "amount": minor_amount(refund.amount),
                            "metadata": {"refund": refund.refund_id, "tenant": refund.tenant_id},
                        },
                        {"idempotency_key": refund.refund_id},
                    )
                )
            )
        except stripe.InvalidRequestError as error:
            log.exception("refund_refused", refund=refund.refund_id, code=error.code)
            return RefundState.FAILED

    async def fee_of(self, processor_id: str) -> Money | None:
        """Gives what the processor keeps of a charge, None if it is not known yet."""
        intent = await _asked(
            self._client.v1.payment_intents.retrieve_async(
                processor_id, {"expand": ["latest_charge.balance_transaction"]}
            )
        )
        return outcome_of(intent).fee

    async def payment_of(self, processor_id: str) -> tuple[str, str]:
        """Gives tenant id and payment id of a charge; empty if it is none of ours."""
        try:
            intent = await _asked(self._client.v1.payment_intents.retrieve_async(processor_id))
        except stripe.InvalidRequestError:
            return "", ""
        metadata = field(intent, "metadata")
        return str(field(metadata, "tenant") or ""), str(field(metadata, "payment") or "")

    def read_event(self, content: bytes, signature: str) -> ProcessorEvent:
        """Reads an event; refuses with EVENT_NOT_SIGNED."""
        return event_of(read_signed(content, signature, self._webhook_secret))


async def _asked(call: Awaitable[T]) -> T:
    """Waits for an answer; what may have been done, and isn't known, is unavailable."""
    try:
        return await call
    except (stripe.CardError, stripe.InvalidRequestError):
        raise
    except stripe.StripeError as error:
        raise Unavailable("Payments by card cannot be reached.", retry_after_seconds=60) from error
