"""DraftInvoiceService: prepares invoices and sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.invoice import Invoice
from services.billing.domain.month import Month
from services.billing.domain.standing import Standing
from services.billing.rpc import pages, wire, wire_accounts
from services.billing.rpc.names import DraftInvoiceName, existing_month
from services.billing.usecases import Desk
from services.billing.usecases.create_draft_invoice import create_draft_invoice
from services.billing.usecases.issue_draft_invoice import issue_draft_invoice
from services.billing.usecases.once import Once
from services.billing.usecases.release_draft_invoice import Release, release_draft_invoice
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.errors import InvalidRequest
from services.kit.rpc.principal import current_principal
from veneer.billing.v1 import draft_invoice_service_pb2 as pb
from veneer.billing.v1 import draft_invoice_service_pb2_grpc as rpc
from veneer.billing.v1 import invoice_service_pb2

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


_NOTE_LENGTH_MAX = 500


class DraftInvoiceService(rpc.DraftInvoiceServiceServicer):
    """veneer.billing.v1.DraftInvoiceService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListDraftInvoices(
        self, request: pb.ListDraftInvoicesRequest, context: Context
    ) -> pb.ListDraftInvoicesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = pages.month_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.draft_invoices.list_before(tenant_id, before, size + 1)
        page, token = pages.cut(request, found, size, lambda draft: draft.month)
        return pb.ListDraftInvoicesResponse(
            draft_invoices=map(wire.draft_invoice, page), next_page_token=token
        )

    async def CreateDraftInvoice(
        self, request: pb.CreateDraftInvoiceRequest, context: Context
    ) -> pb.DraftInvoice:
        tenant_id = tenant_id_of(request.parent, "parent")
        month = Month.parse(request.draft_invoice_id, "draft_invoice_id")
        once = Once(tenant_id, request, wire.draft_invoice, pb.DraftInvoice, "draftInvoices.create")
        return await create_draft_invoice(self._desk, tenant_id, month, once)

    async def ReleaseDraftInvoice(
        self, request: pb.ReleaseDraftInvoiceRequest, context: Context
    ) -> pb.DraftInvoice:
        name = DraftInvoiceName.parse(request.name)
        if len(request.note) > _NOTE_LENGTH_MAX:
            complaint = f"Must have at most {_NOTE_LENGTH_MAX} characters."
            raise InvalidRequest.at("note", complaint)
        principal = current_principal()
        what = Release(
            tenant_id=possible_tenant_id(name.tenant, request.name),
            month=existing_month(name.draft_invoice, request.name),
            note=request.note,
            released_by=principal.subject if principal else "",
        )
        once = Once(
            what.tenant_id, request, wire.draft_invoice, pb.DraftInvoice, "draftInvoices.release"
        )
        return await release_draft_invoice(self._desk, what, once)

    async def IssueDraftInvoice(
        self, request: pb.IssueDraftInvoiceRequest, context: Context
    ) -> invoice_service_pb2.Invoice:
        name = DraftInvoiceName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        month = existing_month(name.draft_invoice, request.name)
        once = Once(tenant_id, request, _issued, invoice_service_pb2.Invoice, "draftInvoices.issue")
        return await issue_draft_invoice(self._desk, tenant_id, month, once)


def _issued(result: tuple[Invoice, Standing]) -> invoice_service_pb2.Invoice:
    invoice, standing = result
    return wire_accounts.with_standing(wire.invoice(invoice), standing)
