"""What the processor knows: customers, cards, charges, refunds and disputes."""

from __future__ import annotations

import secrets
import time
from typing import Any

from simulators.stripe.cards import DECLINES, GOOD, card_error, payment_method
from simulators.stripe.events import Events

Object = dict[str, Any]


class Declined(Exception):
    """A card was declined; `error` is what is answered."""

    def __init__(self, error: Object) -> None:
        super().__init__(error["message"])
        self.error = error


class Missing(Exception):
    """An object that is not there."""


class State:
    """Everything that was made, by its id; `events` is what there is to tell of it."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.events = Events()

    def find(self, object_id: str) -> Object:
        """Gives an object; raises Missing."""
        if object_id not in self.objects:
            raise Missing(object_id)
        return self.objects[object_id]

    def all_of(self, kind: str, **having: str) -> list[Object]:
        """Gives all objects of a kind with these fields, latest first."""
        found = (each for each in self.objects.values() if each["object"] == kind)
        matching = (each for each in found if all(each.get(k) == v for k, v in having.items()))
        return sorted(matching, key=lambda each: each["position"], reverse=True)

    def charged(self, **metadata: str) -> list[Object]:
        """Gives the charges that took money, with these words of ours on them."""
        taken = self.all_of("payment_intent", status="succeeded")
        return [
            each for each in taken if all(each["metadata"].get(k) == v for k, v in metadata.items())
        ]

    def make_customer(self, form: Object) -> Object:
        """Makes a customer."""
        return self._add("cus", "customer", name=form.get("name"), metadata=form["metadata"])

    def open_session(self, form: Object) -> Object:
        """Opens a page on which a card is entered."""
        self.find(form["customer"])
        session = self._add("cs", "checkout.session", mode=form["mode"], customer=form["customer"])
        session.update(url=f"https://pay.example/{session['id']}", status="open", setup_intent=None)
        return session

    def enter_card(self, session_id: str, last_digits: str = GOOD) -> Object:
        """What a client does on the page; gives the payment method."""
        session = self.find(session_id)
        method = payment_method(f"pm_{secrets.token_hex(8)}", last_digits)
        self.objects[method["id"]] = {**method, "position": len(self.objects)}
        setup = self._add(
            "seti", "setup_intent", customer=session["customer"], payment_method=method["id"]
        )
        session.update(status="complete", setup_intent=setup["id"])
        self.events.tell("checkout.session.completed", session)
        return method

    def read_setup(self, setup_id: str) -> Object:
        """Gives a set-up with its card."""
        setup = self.find(setup_id)
        return {**setup, "payment_method": self.find(setup["payment_method"])}

    def charge(self, form: Object) -> Object:
        """Charges a card; raises Declined."""
        card = self.find(form["payment_method"])["card"]
        intent = self._add(
            "pi",
            "payment_intent",
            amount=int(form["amount"]),
            currency=form["currency"],
            customer=form["customer"],
            metadata=form.get("metadata", {}),
            status="succeeded",
            last_payment_error=None,
        )
        if card["last4"] in DECLINES:
            error = card_error(card["last4"], {"id": intent["id"], "object": "payment_intent"})
            told = {key: value for key, value in error.items() if key != "payment_intent"}
            intent.update(status="requires_payment_method", last_payment_error=told)
            self.events.tell("payment_intent.payment_failed", intent)
            raise Declined(error)
        fee = intent["amount"] * 29 // 1000 + 30
        balance = {"object": "balance_transaction", "fee": fee, "currency": intent["currency"]}
        charge = {"id": f"ch_{intent['id'][3:]}", "object": "charge"}
        intent["latest_charge"] = {**charge, "balance_transaction": balance}
        self.events.tell("payment_intent.succeeded", {**intent, "latest_charge": charge["id"]})
        return intent

    def refund(self, form: Object) -> Object:
        """Gives back what was charged."""
        intent = self.find(form["payment_intent"])
        refund = self._add(
            "re",
            "refund",
            amount=int(form.get("amount") or intent["amount"]),
            currency=intent["currency"],
            payment_intent=intent["id"],
            metadata=form.get("metadata", {}),
            status="succeeded",
        )
        self.events.tell("refund.created", refund)
        return refund

    def dispute(self, intent_id: str) -> Object:
        """The holder of a card disputes a charge: the money is taken back at once."""
        intent = self.find(intent_id)
        movement = {"fee": 1500, "currency": intent["currency"]}
        dispute = self._add(
            "dp",
            "dispute",
            amount=intent["amount"],
            currency=intent["currency"],
            payment_intent=intent_id,
            status="needs_response",
            balance_transactions=[movement],
        )
        self.events.tell("charge.dispute.created", dispute)
        return dispute

    def close_dispute(self, dispute_id: str, status: str) -> None:
        """Ends a dispute: won or lost."""
        dispute = self.find(dispute_id)
        dispute["status"] = status
        self.events.tell("charge.dispute.closed", dispute)

    def _add(self, prefix: str, kind: str, **fields: Any) -> Object:
        made = {
            "id": f"{prefix}_{secrets.token_hex(8)}",
            "object": kind,
            # One after the other, as people enter cards.
            "created": int(time.time()) + len(self.objects),
            "position": len(self.objects),
            **fields,
        }
        self.objects[made["id"]] = made
        return made
