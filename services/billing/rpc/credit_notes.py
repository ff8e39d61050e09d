"""CreditNoteService: what takes an invoice back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody

from services.billing.rpc import pages, wire_accounts
from services.billing.rpc.names import CreditNoteName, InvoiceName, existing_month
from services.billing.usecases import Desk
from services.billing.usecases.create_credit_note import Wanted, create_credit_note
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.errors import InvalidRequest, NotFound
from services.kit.money import Money
from services.kit.money_wire import money_from_wire
from veneer.billing.v1 import credit_note_service_pb2 as pb
from veneer.billing.v1 import credit_note_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_REASON_LENGTH_MAX = 500


class CreditNoteService(rpc.CreditNoteServiceServicer):
    """veneer.billing.v1.CreditNoteService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetCreditNote(
        self, request: pb.GetCreditNoteRequest, context: Context
    ) -> pb.CreditNote:
        tenant_id, number = _key(request.name)
        async with self._desk.db.read(tenant_id) as store:
            note = await store.credit_notes.find(tenant_id, number)
        if note is None:
            raise NotFound(resource=request.name)
        return wire_accounts.credit_note(note)

    async def ListCreditNotes(
        self, request: pb.ListCreditNotesRequest, context: Context
    ) -> pb.ListCreditNotesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = pages.text_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.credit_notes.list_before(tenant_id, before, size + 1)
        page, token = pages.cut(request, found, size, lambda note: note.number)
        return pb.ListCreditNotesResponse(
            credit_notes=map(wire_accounts.credit_note, page), next_page_token=token
        )

    async def DownloadCreditNote(
        self, request: pb.DownloadCreditNoteRequest, context: Context
    ) -> HttpBody:
        tenant_id, number = _key(request.name)
        async with self._desk.db.read(tenant_id) as store:
            document = await store.credit_notes.find_document(tenant_id, number)
        if document is None:
            raise NotFound(resource=request.name)
        return HttpBody(content_type=document.media_type, data=document.content)

    async def CreateCreditNote(
        self, request: pb.CreateCreditNoteRequest, context: Context
    ) -> pb.CreditNote:
        tenant_id = tenant_id_of(request.parent, "parent")
        wanted = _wanted(tenant_id, request.credit_note)
        once = Once(
            tenant_id, request, wire_accounts.credit_note, pb.CreditNote, "creditNotes.create"
        )
        return await create_credit_note(self._desk, wanted, once)


def _wanted(tenant_id: str, message: pb.CreditNote) -> Wanted:
    name = InvoiceName.parse(message.invoice, "credit_note.invoice")
    if name.tenant != tenant_id:
        raise InvalidRequest.at("credit_note.invoice", "Must be an invoice of the parent.")
    if len(message.reason) > _REASON_LENGTH_MAX:
        raise InvalidRequest.at(
            "credit_note.reason", f"Must have at most {_REASON_LENGTH_MAX} characters."
        )
    amounts: dict[int, Money] = {}
    for line in message.lines:
        if line.position in amounts:
            raise InvalidRequest.at("credit_note.lines", "A line can be taken back once.")
        amounts[line.position] = money_from_wire(line.amount)
    month = existing_month(name.invoice, message.invoice)
    return Wanted(tenant_id, month, message.reason.strip(), amounts)


def _key(text: str) -> tuple[str, str]:
    name = CreditNoteName.parse(text)
    return possible_tenant_id(name.tenant, text), name.credit_note.upper()
