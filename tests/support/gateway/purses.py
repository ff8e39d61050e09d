"""What scripted clients have: cards, wallets, payments; kept from one question to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from google.type.money_pb2 import Money

from services.kit.errors import Kind, Refusal
from veneer.billing.v1 import account_gate_service_pb2, payment_service_pb2, wallet_service_pb2


class CardNotOnFile(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CARD_NOT_ON_FILE"


class InvoiceNotDue(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "INVOICE_NOT_DUE"


class PaymentPending(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PAYMENT_PENDING"


def usd(cents: int) -> Money:
    """Gives an amount in dollars."""
    units, rest = divmod(abs(cents), 100)
    sign = -1 if cents < 0 else 1
    return Money(currency_code="USD", units=sign * units, nanos=sign * rest * 10_000_000)


def cents(money: Any) -> int:
    """Gives an amount of dollars in cents."""
    return int(money.units) * 100 + int(money.nanos) // 10_000_000


@dataclass
class Purse:
    """One client's means; `left` is what is left to pay of each invoice, in cents."""

    tenant: str
    card: Any = None
    wallet: Any = None
    is_automatic: bool = False
    left: dict[str, int] = field(default_factory=dict)
    payments: list[Any] = field(default_factory=list)
    credit_notes: list[Any] = field(default_factory=list)
    price_books: list[Any] = field(default_factory=list)
    by_request: dict[str, Any] = field(default_factory=dict)

    def put_card(self) -> None:
        """Puts a card on file, as its holder does on the payment company's page."""
        self.card = payment_service_pb2.Card(
            name=f"{self.tenant}/card",
            brand="visa",
            last_digits="4242",
            expire_month=4,
            expire_year=2029,
        )

    def agree_on_wallet(self, **limits: Any) -> None:
        """Agrees on a wallet that is paid ahead."""
        self.wallet = wallet_service_pb2.Wallet(
            name=f"{self.tenant}/wallet",
            mode=wallet_service_pb2.Wallet.PREPAID,
            balance=usd(50_000),
            unbilled=usd(12_345),
            reserved=usd(655),
            available=usd(37_000),
            gate_state=account_gate_service_pb2.OPEN,
            **limits,
        )

    def add(self, payment: Any, request_id: str) -> Any:
        """Keeps a payment, once for each request."""
        if request_id in self.by_request:
            return self.by_request[request_id]
        payment.name = f"{self.tenant}/payments/p{len(self.payments) + 1}"
        self.payments.insert(0, payment)
        self.by_request[request_id] = payment
        return payment

    def receive(self) -> None:
        """Lets the bank say yes to everything that is under way."""
        for payment in self.payments:
            if payment.state == payment_service_pb2.Payment.PENDING:
                payment.state = payment_service_pb2.Payment.RECEIVED
                self.left[payment.invoice] = 0
