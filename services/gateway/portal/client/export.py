"""What is in a client's data as it takes it along: leads, calls, recordings, invoices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.guard.listener import have_read
from services.gateway.portal.export_pack import Pack, Piece, table, whole
from services.gateway.portal.visit import SESSION_COOKIE, Visit
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb
from veneer.telephony.v1 import lead_list_service_pb2 as lists_pb
from veneer.telephony.v1 import lead_service_pb2 as leads_pb
from veneer.telephony.v1 import recording_service_pb2 as recordings_pb
from veneer.usage.v1 import call_service_pb2 as calls_pb
from veneer.usage.v1 import ingest_service_pb2

NEEDED: Final = ("leads.read", "calls.read", "recordings.read", "invoices.read")
_PAGE: Final = 500
_LEAD: Final = (
    "name", "phone_number", "disposition", "external_id", "first_name", "last_name", "city",
    "state", "postal_code", "email", "comments", "call_count",
)  # fmt: skip
_CALL: Final = (
    "name", "called_number", "caller_number", "start_time", "answer_time", "end_time",
    "billable_seconds", "zone", "conversation_id", "campaign", "list", "agent", "disposition",
)  # fmt: skip
_RECORDING: Final = ("name", "start_time", "duration_seconds", "phone_number", "lead")
_FORMATS: Final = (
    ("pdf", invoices_pb.DownloadInvoiceRequest.PDF),
    ("csv", invoices_pb.DownloadInvoiceRequest.CSV),
    ("json", invoices_pb.DownloadInvoiceRequest.JSON),
)

Asks = Callable[..., Awaitable[Any]]
Pages = AsyncIterator[Sequence[Any]]


class Export:
    """Reads everything in the visitor's name, for as long as its session lasts."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._services, self._tenant = visit, visit.services, visit.site.tenant

    async def pieces(self) -> AsyncIterator[bytes]:
        """Gives the file, piece by piece."""
        pack = Pack({"account": self._visit.site.brand.display_name})
        for name, pieces in (
            ("leads.csv", table(("list", *_LEAD), self._leads())),
            ("calls.csv", table(("direction", *_CALL), self._calls())),
            ("recordings.csv", table(_RECORDING, self._recordings())),
        ):
            async for piece in pack.add(name, pieces):
                yield piece
        async for invoice in self._invoices():
            async for name, pieces in self._files_of(invoice):
                async for piece in pack.add(name, pieces):
                    yield piece
        yield pack.end()

    async def _leads(self) -> AsyncIterator[Iterable[Sequence[object]]]:
        lists = lists_pb.ListLeadListsRequest(parent=self._tenant, page_size=_PAGE)
        async for page in self._pages(self._services.lead_lists.ListLeadLists, lists, "lead_lists"):
            for each in page:
                asked = leads_pb.ListLeadsRequest(parent=each.name, page_size=_PAGE)
                async for leads in self._pages(self._services.leads.ListLeads, asked, "leads"):
                    yield [(each.display_name, *_row(lead, _LEAD)) for lead in leads]

    async def _calls(self) -> AsyncIterator[Iterable[Sequence[object]]]:
        asked = calls_pb.ListCallsRequest(parent=self._tenant, page_size=_PAGE)
        async for page in self._pages(self._services.calls.ListCalls, asked, "calls"):
            yield [(_direction(call), *_row(call, _CALL)) for call in page]

    async def _recordings(self) -> AsyncIterator[Iterable[Sequence[object]]]:
        asked = recordings_pb.ListRecordingsRequest(parent=self._tenant, page_size=_PAGE)
        stub = self._services.recordings
        async for page in self._pages(stub.ListRecordings, asked, "recordings"):
            yield [_row(recording, _RECORDING) for recording in page]

    async def _invoices(self) -> AsyncIterator[invoices_pb.Invoice]:
        asked = invoices_pb.ListInvoicesRequest(parent=self._tenant, page_size=_PAGE)
        stub = self._services.invoices
        async for page in self._pages(stub.ListInvoices, asked, "invoices"):
            for invoice in page:
                yield invoice

    async def _files_of(
        self, invoice: invoices_pb.Invoice
    ) -> AsyncIterator[tuple[str, AsyncIterator[Piece]]]:
        month = invoice.name.rpartition("/")[2]
        for ending, file_format in _FORMATS:
            asked = invoices_pb.DownloadInvoiceRequest(name=invoice.name, format=file_format)
            stub = self._services.invoices
            file = await stub.DownloadInvoice(asked, metadata=await self._metadata())
            if file_format == invoices_pb.DownloadInvoiceRequest.PDF:
                await have_read(self._visit.request.scope, file.data)
            yield f"invoices/{month}.{ending}", whole(file.data)

    async def _pages(self, ask: Asks, request: Any, field: str) -> Pages:
        while True:
            answer = await ask(request, metadata=await self._metadata())
            yield getattr(answer, field)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def _metadata(self) -> tuple[tuple[str, str], ...]:
        """Proves in whose name this is asked: that is good for a minute, and this may last."""
        visit = self._visit
        cookie = visit.request.cookies.get(SESSION_COOKIE, "")
        visitor = await visit.portal.sessions.visitor(visit.site, cookie)
        if visitor is None:
            raise CredentialsInvalid
        return visitor.caller.metadata


def _row(message: Message, columns: Sequence[str]) -> list[object]:
    return [_cell(message, column) for column in columns]


def _cell(message: Message, column: str) -> object:
    value = getattr(message, column)
    if isinstance(value, Timestamp):
        return value.ToJsonString() if message.HasField(column) else ""
    return value


def _direction(call: calls_pb.Call) -> str:
    return ingest_service_pb2.Direction.Name(call.direction).lower()
