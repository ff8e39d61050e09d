"""LeadUploadService: files that become leads."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.errors import InvalidRequest
from services.telephony.domain.leads.fields import Column
from services.telephony.domain.leads.rows import Fault
from services.telephony.domain.leads.upload import DuplicateScope
from services.telephony.rpc import wire_leads as wire
from services.telephony.rpc.lead_lists import key_of
from services.telephony.rpc.names import LeadUploadName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.client_desk import Asked, ClientDesk
from services.telephony.usecases.keep_lead_lists import lead_list_there
from services.telephony.usecases.measure_storage import StorageDesk
from services.telephony.usecases.receive_leads import (
    Receiver,
    Wanted,
    cancel_upload,
    create_upload,
    start_upload,
)
from veneer.telephony.v1 import lead_upload_service_pb2 as pb
from veneer.telephony.v1 import lead_upload_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_CSV = "text/csv"


class LeadUploadService(rpc.LeadUploadServiceServicer):
    """veneer.telephony.v1.LeadUploadService; sets `wake` when there is an upload to run."""

    def __init__(self, desk: ClientDesk, storage: StorageDesk, wake: asyncio.Event) -> None:
        self._desk, self._storage, self._wake = desk, storage, wake

    async def CreateLeadUpload(
        self, request: pb.CreateLeadUploadRequest, context: Context
    ) -> pb.LeadUpload:
        tenant_id, list_id = key_of(request.parent, "parent")
        asked = request.lead_upload
        scope = pb.LeadUpload.DuplicateScope.Name(asked.duplicate_scope)
        wanted = Wanted(
            tenant_id,
            list_id,
            asked.display_name,
            DuplicateScope(scope) if asked.duplicate_scope else DuplicateScope.LIST,
            asked.auto_start,
        )
        await self._storage.check(tenant_id)
        made = await create_upload(
            self._desk.db, self._desk.clock, wanted, Asked(tenant_id, request)
        )
        return wire.lead_upload(made)

    async def UploadLeads(
        self, request_iterator: AsyncIterator[pb.UploadLeadsRequest], context: Context
    ) -> pb.LeadUpload:
        first = await anext(aiter(request_iterator), None)
        if first is None or not first.name:
            raise InvalidRequest.at("name", "Must be told in the first message.")
        receiver = Receiver(self._desk.db, self._desk.clock, _key(first.name))
        upload = await receiver.take(first.offset, _pieces(first, request_iterator))
        if not first.partial:
            # A file that was sent all the same waits until there is room.
            await self._storage.check(upload.tenant_id)
            upload = await receiver.complete()
            self._wake.set()
        return wire.lead_upload(upload)

    async def StartLeadUpload(
        self, request: pb.StartLeadUploadRequest, context: Context
    ) -> pb.LeadUpload:
        key = _key(request.name)
        await self._storage.check(key[0])
        told = tuple(Column(each.header, each.field) for each in request.columns)
        upload = await start_upload(self._desk.db, key, told, Asked(key[0], request))
        self._wake.set()
        return wire.lead_upload(upload)

    async def GetLeadUpload(
        self, request: pb.GetLeadUploadRequest, context: Context
    ) -> pb.LeadUpload:
        key = _key(request.name)
        async with self._desk.db.read(key[0]) as store:
            return wire.lead_upload(await store.lead_uploads.get(*key))

    async def ListLeadUploads(
        self, request: pb.ListLeadUploadsRequest, context: Context
    ) -> pb.ListLeadUploadsResponse:
        tenant_id, list_id = key_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = cursor_of(request)
        if cursor and not (cursor.isascii() and cursor.isdecimal()):
            raise InvalidPageToken
        async with self._desk.db.read(tenant_id) as store:
            await lead_list_there(store, tenant_id, list_id)
            found = await store.lead_uploads.list_before(
                tenant_id, list_id, int(cursor or 0), size + 1
            )
        page, token = cut(request, found, size, lambda each: str(each.number))
        return pb.ListLeadUploadsResponse(
            lead_uploads=[wire.lead_upload(each) for each in page], next_page_token=token
        )

    async def CancelLeadUpload(
        self, request: pb.CancelLeadUploadRequest, context: Context
    ) -> pb.LeadUpload:
        key = _key(request.name)
        asked = Asked(key[0], request)
        return wire.lead_upload(await cancel_upload(self._desk.db, self._desk.clock, key, asked))

    async def DownloadLeadUploadReport(
        self, request: pb.DownloadLeadUploadReportRequest, context: Context
    ) -> AsyncIterator[HttpBody]:
        key = _key(request.name)
        async with self._desk.db.read(key[0]) as store:
            upload = await store.lead_uploads.get(*key)
        yield HttpBody(
            content_type=_CSV, data=_lines([("line", "column", "reason", "problem", "advice")])
        )
        line = 0
        while True:
            async with self._desk.db.read(key[0]) as store:
                faults = await store.lead_uploads.faults_after(upload, line)
            if not faults:
                return
            line = faults[-1].line
            yield HttpBody(content_type=_CSV, data=_lines([_told(fault) for fault in faults]))


def _key(text: str) -> tuple[str, str, str]:
    name = LeadUploadName.parse(text)
    return possible_tenant_id(name.tenant, text), name.lead_list, name.upload


async def _pieces(
    first: pb.UploadLeadsRequest, rest: AsyncIterator[pb.UploadLeadsRequest]
) -> AsyncIterator[bytes]:
    yield first.file.data
    async for each in rest:
        yield each.file.data


def _told(fault: Fault) -> tuple[object, ...]:
    # A header is the client's own text; one that a sheet would take for a formula is quoted.
    header = f"'{fault.column}" if fault.column[:1] in "=+-@" else fault.column
    return (fault.line, header, fault.reason.value, *fault.texts)


def _lines(rows: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
