"""RecordingService: recordings of a tenant's own calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.leads.lead_number import lead_id_of, lead_number_of
from services.telephony.domain.recording import Recording, media_type_of
from services.telephony.partners.dialer.recording_tables import Period
from services.telephony.partners.recordings import OpenFile
from services.telephony.rpc.names import CallName, RecordingName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.rpc.wire import timestamp
from services.telephony.usecases.find_recordings import RecordingDesk
from veneer.access.v1 import file_pb2
from veneer.telephony.v1 import recording_service_pb2 as pb
from veneer.telephony.v1 import recording_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class RecordingService(rpc.RecordingServiceServicer):
    """veneer.telephony.v1.RecordingService."""

    def __init__(self, desk: RecordingDesk) -> None:
        self._desk = desk

    async def ListRecordings(
        self, request: pb.ListRecordingsRequest, context: Context
    ) -> pb.ListRecordingsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = cursor_of(request)
        before = lead_number_of(cursor, _salt(tenant_id)) if cursor else 0
        period = _period(request)
        if request.call:
            call = CallName.parse(request.call, "call")
            if call.tenant != tenant_id:
                raise NotFound(resource=request.call)
            period = await self._desk.period_of(tenant_id, call.call, period, request.call)
        found = await self._desk.listed(tenant_id, period, before, size + 1)
        page, token = cut(request, found, size, lambda each: _id(each[0].number, tenant_id))
        return pb.ListRecordingsResponse(
            recordings=[_recording(tenant_id, *each) for each in page], next_page_token=token
        )

    async def StreamRecording(
        self, request: pb.StreamRecordingRequest, context: Context
    ) -> AsyncIterator[HttpBody]:
        name = RecordingName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        number = lead_number_of(name.recording, _salt(tenant_id))
        path = await self._desk.path(tenant_id, number, request.name)
        if self._desk.files is None:
            raise Unavailable
        media_type = media_type_of(path)
        async with self._desk.files.opened(path, request.range, request.name) as file:
            yield _head(file, media_type)
            async for piece in file.pieces:
                yield HttpBody(content_type=media_type, data=piece)


def _head(file: OpenFile, media_type: str) -> HttpBody:
    part = file_pb2.FilePart(
        offset=file.part.offset,
        length=file.part.length,
        file_bytes=file.file_bytes,
        is_part=file.part.is_part,
    )
    head = HttpBody(content_type=media_type)
    head.extensions.add().Pack(part)
    return head


def _period(request: pb.ListRecordingsRequest) -> Period:
    first, last = request.start_time, request.end_time
    return Period(
        max(0, first.seconds), _rounded_up(last) if request.HasField("end_time") else Period().last
    )


def _rounded_up(time: Timestamp) -> int:
    return max(0, time.seconds + (1 if time.nanos else 0))


def _recording(tenant_id: str, found: Recording, list_id: str) -> pb.Recording:
    parent = f"tenants/{tenant_id}"
    lead = f"{parent}/leadLists/{list_id}/leads/{lead_id_of(found.lead, tenant_id)}"
    return pb.Recording(
        name=f"{parent}/recordings/{_id(found.number, tenant_id)}",
        start_time=timestamp(found.start_time),
        duration_seconds=found.seconds,
        phone_number=found.phone_number if list_id else "",
        lead=lead if list_id else "",
    )


def _id(number: int, tenant_id: str) -> str:
    return lead_id_of(number, _salt(tenant_id))


def _salt(tenant_id: str) -> str:
    """So that a recording and a lead of one number have different ids."""
    return f"recordings/{tenant_id}"
