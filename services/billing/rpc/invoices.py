"""InvoiceService: the invoices that have been sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.json_format import MessageToJson

from services.billing.domain.invoice_files import CSV, JSON, invoice_csv
from services.billing.domain.month import Month
from services.billing.rpc import pages, wire, wire_accounts
from services.billing.rpc.names import InvoiceName, existing_month
from services.billing.store import BillingStore
from services.billing.usecases.settle import standings
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from veneer.billing.v1 import invoice_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class InvoiceService(rpc.InvoiceServiceServicer):
    """veneer.billing.v1.InvoiceService."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db

    async def GetInvoice(self, request: pb.GetInvoiceRequest, context: Context) -> pb.Invoice:
        tenant_id, month = _key(request.name)
        async with self._db.read(tenant_id) as store:
            invoice = await store.invoices.find(tenant_id, month)
            if invoice is None:
                raise NotFound(resource=request.name)
            stands = await standings(store, tenant_id, [invoice])
        return wire_accounts.with_standing(wire.invoice(invoice), stands[month])

    async def ListInvoices(
        self, request: pb.ListInvoicesRequest, context: Context
    ) -> pb.ListInvoicesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = pages.month_cursor(request)
        async with self._db.read(tenant_id) as store:
            found = await store.invoices.list_before(tenant_id, before, size + 1)
            stands = await standings(store, tenant_id, found)
        page, token = pages.cut(request, found, size, lambda invoice: invoice.month)
        written = (
            wire_accounts.with_standing(wire.invoice(invoice), stands[invoice.month])
            for invoice in page
        )
        return pb.ListInvoicesResponse(invoices=written, next_page_token=token)

    async def DownloadInvoice(
        self, request: pb.DownloadInvoiceRequest, context: Context
    ) -> HttpBody:
        tenant_id, month = _key(request.name)
        async with self._db.read(tenant_id) as store:
            document = await store.invoices.find_document(tenant_id, month)
            invoice = await store.invoices.find(tenant_id, month)
        if document is None or invoice is None:
            raise NotFound(resource=request.name)
        if request.format == pb.DownloadInvoiceRequest.CSV:
            return HttpBody(content_type=CSV, data=invoice_csv(invoice))
        if request.format == pb.DownloadInvoiceRequest.JSON:
            text = MessageToJson(wire.invoice(invoice))
            return HttpBody(content_type=JSON, data=text.encode())
        return HttpBody(content_type=document.media_type, data=document.content)


def _key(text: str) -> tuple[str, Month]:
    name = InvoiceName.parse(text)
    return possible_tenant_id(name.tenant, text), existing_month(name.invoice, text)
