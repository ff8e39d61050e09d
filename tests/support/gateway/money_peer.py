"""A scripted billing that takes money: accounts, cards, payments and wallets."""

from __future__ import annotations

from typing import Any

from services.kit.errors import NotFound
from tests.support.gateway.purses import (
    CardNotOnFile,
    InvoiceNotDue,
    PaymentPending,
    Purse,
    cents,
    usd,
)
from tests.support.gateway.world import World
from veneer.billing.v1 import account_service_pb2 as accounts_pb
from veneer.billing.v1 import account_service_pb2_grpc as accounts_rpc
from veneer.billing.v1 import payment_service_pb2 as payments_pb
from veneer.billing.v1 import payment_service_pb2_grpc as payments_rpc
from veneer.billing.v1 import wallet_service_pb2 as wallets_pb
from veneer.billing.v1 import wallet_service_pb2_grpc as wallets_rpc

SETUP_URI = "https://cards.example/setup/1"
PAYMENT = payments_pb.Payment


class Accounts(accounts_rpc.AccountServiceServicer):
    """What is left to pay."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetAccount(self, request: Any, context: Any) -> Any:
        due = sum(self._world.purse(request.name).left.values())
        balance = accounts_pb.Account.Balance(amount_due=usd(due), credit=usd(0))
        return accounts_pb.Account(name=request.name, balances=[balance])

    async def ListAccountEntries(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")


class Payments(payments_rpc.PaymentServiceServicer):
    """Takes cards and records what came otherwise."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetPayment(self, request: Any, context: Any) -> Any:
        return self._payment(request.name)

    async def ListPayments(self, request: Any, context: Any) -> Any:
        self._world.hear("ListPayments")
        payments = self._world.purse(request.parent).payments
        return payments_pb.ListPaymentsResponse(payments=payments)

    async def GetCard(self, request: Any, context: Any) -> Any:
        card = self._world.purse(request.name).card
        if card is None:
            raise NotFound(resource=request.name)
        return card

    async def CreateCardSetup(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateCardSetup {request.parent} {request.return_uri}")
        return payments_pb.CardSetup(uri=SETUP_URI)

    async def PayInvoice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"PayInvoice {request.name}")
        purse = self._world.purse(request.name)
        if purse.card is None:
            raise CardNotOnFile("There is no card on file.")
        if not purse.left.get(request.name):
            raise InvoiceNotDue("Nothing is left to pay.")
        return self._charge(purse, purse.left[request.name], request.request_id, request.name)

    async def CreatePayment(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreatePayment {request.parent}")
        purse = self._world.purse(request.parent)
        payment = PAYMENT()
        payment.CopyFrom(request.payment)
        payment.state = PAYMENT.RECEIVED
        payment.create_time.FromDatetime(self._world.clock.now())
        known = request.request_id in purse.by_request
        if payment.invoice and not known:
            left = purse.left.get(payment.invoice)
            if left is None:
                raise NotFound(resource=payment.invoice)
            purse.left[payment.invoice] = max(0, left - cents(payment.amount))
        return purse.add(payment, request.request_id)

    async def ReversePayment(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ReversePayment {request.name}")
        payment = self._payment(request.name)
        payment.state = PAYMENT.REVERSED
        return payment

    async def RefundPayment(self, request: Any, context: Any) -> Any:
        payment = self._payment(request.name)
        back = request.amount if request.HasField("amount") else payment.amount
        self._world.hear(f"RefundPayment {request.name} {cents(back)}")
        payment.refunded_amount.CopyFrom(back)
        return payment

    async def GetCollection(self, request: Any, context: Any) -> Any:
        is_automatic = self._world.purse(request.name).is_automatic
        return payments_pb.Collection(name=request.name, automatic=is_automatic)

    async def UpdateCollection(self, request: Any, context: Any) -> Any:
        purse = self._world.purse(request.collection.name)
        purse.is_automatic = request.collection.automatic
        return request.collection

    def _payment(self, name: str) -> Any:
        found = [each for each in self._world.purse(name).payments if each.name == name]
        if not found:
            raise NotFound(resource=name)
        return found[0]

    def _charge(self, purse: Purse, amount: int, request_id: str, invoice: str) -> Any:
        is_new = request_id not in purse.by_request
        under_way = [each for each in purse.payments if each.state == PAYMENT.PENDING]
        if is_new and any(each.invoice == invoice for each in under_way):
            raise PaymentPending("A payment of the invoice is under way.")
        payment = PAYMENT(
            method=PAYMENT.CARD, amount=usd(amount), state=PAYMENT.PENDING, invoice=invoice
        )
        payment.create_time.FromDatetime(self._world.clock.now())
        return purse.add(payment, request_id)


class Wallets(wallets_rpc.WalletServiceServicer):
    """Fills wallets up at once."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetWallet(self, request: Any, context: Any) -> Any:
        wallet = self._world.purse(request.name).wallet
        if wallet is None:
            raise NotFound(resource=request.name)
        return wallet

    async def TopUpWallet(self, request: Any, context: Any) -> Any:
        self._world.hear(f"TopUpWallet {request.name} {cents(request.amount)}")
        purse = self._world.purse(request.name)
        if purse.card is None:
            raise CardNotOnFile("There is no card on file.")
        payment = PAYMENT(method=PAYMENT.CARD, amount=request.amount, state=PAYMENT.PENDING)
        payment.create_time.FromDatetime(self._world.clock.now())
        made = purse.add(payment, request.request_id)
        return wallets_pb.TopUpWalletResponse(payment=made.name)

    async def SetAutomaticTopUp(self, request: Any, context: Any) -> Any:
        wallet = self._world.purse(request.name).wallet
        if request.HasField("automatic_top_up"):
            wallet.automatic_top_up.CopyFrom(request.automatic_top_up)
        else:
            wallet.ClearField("automatic_top_up")
        return wallet


def money_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves about money."""
    return [
        (accounts_rpc.add_AccountServiceServicer_to_server, Accounts(world)),
        (payments_rpc.add_PaymentServiceServicer_to_server, Payments(world)),
        (wallets_rpc.add_WalletServiceServicer_to_server, Wallets(world)),
    ]
