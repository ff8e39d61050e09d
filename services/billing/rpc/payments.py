"""PaymentService: how invoices are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.payment import Payment
from services.billing.rpc import pages, wire_payments
from services.billing.rpc.names import (
    CardName,
    CollectionName,
    InvoiceName,
    PaymentName,
    existing_month,
)
from services.billing.store.places import Place
from services.billing.usecases import Desk
from services.billing.usecases.card_file import check_takes_cards, open_card_setup
from services.billing.usecases.once import Once
from services.billing.usecases.pay_invoice import pay_invoice
from services.billing.usecases.record_payment import record_payment, reverse_payment
from services.billing.usecases.refund_payment import refund_payment
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.changes import Change, words_of
from services.kit.errors import NotFound
from services.kit.money import Money
from services.kit.money_wire import money_from_wire
from veneer.billing.v1 import payment_service_pb2 as pb
from veneer.billing.v1 import payment_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class PaymentService(rpc.PaymentServiceServicer):
    """veneer.billing.v1.PaymentService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetPayment(self, request: pb.GetPaymentRequest, context: Context) -> pb.Payment:
        tenant_id, payment_id = _key(request.name)
        async with self._desk.db.read(tenant_id) as store:
            payment = await store.payments.get(tenant_id, payment_id)
            refunded = await store.refunds.sums_of(tenant_id, [payment])
        return wire_payments.payment(payment, refunded.get(payment_id))

    async def ListPayments(
        self, request: pb.ListPaymentsRequest, context: Context
    ) -> pb.ListPaymentsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.payments.list_before(tenant_id, before, size + 1)
            refunded = await store.refunds.sums_of(tenant_id, found)
        page, token = pages.cut_places(request, found, size, _place)
        return pb.ListPaymentsResponse(
            payments=[wire_payments.payment(each, refunded.get(each.payment_id)) for each in page],
            next_page_token=token,
        )

    async def GetCard(self, request: pb.GetCardRequest, context: Context) -> pb.Card:
        tenant_id = possible_tenant_id(CardName.parse(request.name).tenant, request.name)
        async with self._desk.db.read(tenant_id) as store:
            card = await store.cards.on_file(tenant_id)
        if card is None:
            raise NotFound(resource=request.name)
        return wire_payments.card(tenant_id, card)

    async def CreateCardSetup(
        self, request: pb.CreateCardSetupRequest, context: Context
    ) -> pb.CardSetup:
        tenant_id = tenant_id_of(request.parent, "parent")
        uri = await open_card_setup(self._desk, tenant_id, request.return_uri, request.request_id)
        return pb.CardSetup(uri=uri)

    async def PayInvoice(self, request: pb.PayInvoiceRequest, context: Context) -> pb.Payment:
        name = InvoiceName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        month = existing_month(name.invoice, request.name)
        once = Once(
            tenant_id, request, wire_payments.payment, pb.Payment, "invoices.pay", is_clients=True
        )
        return await pay_invoice(self._desk, tenant_id, month, once)

    async def CreatePayment(self, request: pb.CreatePaymentRequest, context: Context) -> pb.Payment:
        tenant_id = tenant_id_of(request.parent, "parent")
        now = self._desk.clock.now()
        payment = wire_payments.payment_from_wire(tenant_id, request.payment, now)
        once = Once(tenant_id, request, wire_payments.payment, pb.Payment, "payments.create")
        return await record_payment(self._desk, payment, once)

    async def ReversePayment(
        self, request: pb.ReversePaymentRequest, context: Context
    ) -> pb.Payment:
        tenant_id, payment_id = _key(request.name)
        once = Once(tenant_id, request, wire_payments.payment, pb.Payment, "payments.reverse")
        return await reverse_payment(self._desk, tenant_id, payment_id, once)

    async def RefundPayment(self, request: pb.RefundPaymentRequest, context: Context) -> pb.Payment:
        tenant_id, payment_id = _key(request.name)
        amount = (
            wire_payments.paid_amount(money_from_wire(request.amount), "amount")
            if request.HasField("amount")
            else None
        )
        once = Once(tenant_id, request, _refunded, pb.Payment, "payments.refund")
        return await refund_payment(self._desk, (tenant_id, payment_id, amount), once)

    async def GetCollection(
        self, request: pb.GetCollectionRequest, context: Context
    ) -> pb.Collection:
        tenant_id = possible_tenant_id(CollectionName.parse(request.name).tenant, request.name)
        async with self._desk.db.read(tenant_id) as store:
            is_automatic = await store.cards.is_collected(tenant_id)
        return wire_payments.collection(tenant_id, is_automatic)

    async def UpdateCollection(
        self, request: pb.UpdateCollectionRequest, context: Context
    ) -> pb.Collection:
        wanted = request.collection
        name = CollectionName.parse(wanted.name, "collection.name")
        tenant_id = possible_tenant_id(name.tenant, wanted.name)
        if wanted.automatic:
            await check_takes_cards(self._desk, tenant_id)
        async with self._desk.db.transaction(tenant_id) as store:
            await store.lock_account(tenant_id)
            was = await store.cards.is_collected(tenant_id)
            await store.cards.set_collected(tenant_id, wanted.automatic)
            before, after = ({"automatic": words_of(each)} for each in (was, wanted.automatic))
            change = Change(tenant_id, "collections.update", str(name), before, after)
            await store.changes.note(change)
        return wire_payments.collection(tenant_id, wanted.automatic)


def _key(text: str) -> tuple[str, str]:
    name = PaymentName.parse(text)
    return possible_tenant_id(name.tenant, text), name.payment


def _place(payment: Payment) -> Place:
    return payment.create_time, payment.payment_id


def _refunded(result: tuple[Payment, Money]) -> pb.Payment:
    return wire_payments.payment(*result)
