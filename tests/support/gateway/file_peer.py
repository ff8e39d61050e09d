"""Scripted uploads and recordings: a file in, a file out."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from services.kit.errors import Kind, Refusal
from services.kit.rpc.server import Service
from tests.support.gateway.world import World
from veneer.access.v1 import file_pb2
from veneer.telephony.v1 import (
    lead_upload_service_pb2,
    lead_upload_service_pb2_grpc,
    recording_service_pb2,
    recording_service_pb2_grpc,
)

_UPLOAD = "0c1d2e3f-may"
SOUND = bytes(range(256)) * 40


class _Outside(Refusal):
    kind = Kind.OUT_OF_RANGE
    reason = "RANGE_NOT_SATISFIABLE"


class Uploads(lead_upload_service_pb2_grpc.LeadUploadServiceServicer):
    """Keeps what comes, piece by piece."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.pieces: list[bytes] = []

    async def UploadLeads(self, request_iterator: Any, context: Any) -> Any:
        self.pieces = []
        name = ""
        async for each in request_iterator:
            name = name or each.name
            self.pieces.append(each.file.data)
        self._world.hear(f"UploadLeads {name} {sum(map(len, self.pieces))}")
        received = sum(map(len, self.pieces))
        return lead_upload_service_pb2.LeadUpload(name=name, received_bytes=received)

    async def CreateLeadUpload(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateLeadUpload {request.lead_upload.display_name}")
        name = f"{request.parent}/uploads/{_UPLOAD}"
        return lead_upload_service_pb2.LeadUpload(name=name)

    async def GetLeadUpload(self, request: Any, context: Any) -> Any:
        kind = lead_upload_service_pb2.LeadUpload
        columns = [
            kind.Column(header="Phone", field="phone_number"),
            kind.Column(header="Shoe size"),
        ]
        return kind(
            name=request.name,
            display_name="may.csv",
            state=self._world.upload_state or kind.RECEIVED,
            columns=columns,
            received_bytes=sum(map(len, self.pieces)),
            rejections=[kind.Rejection(reason="DUPLICATE", row_count=7)],
        )

    async def StartLeadUpload(self, request: Any, context: Any) -> Any:
        told = ", ".join(f"{each.header}={each.field}" for each in request.columns)
        self._world.hear(f"StartLeadUpload {told}")
        return lead_upload_service_pb2.LeadUpload(name=request.name)

    async def CancelLeadUpload(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CancelLeadUpload {request.name}")
        return lead_upload_service_pb2.LeadUpload(name=request.name)

    async def ListLeadUploads(self, request: Any, context: Any) -> Any:
        answer = lead_upload_service_pb2.ListLeadUploadsResponse()
        upload = answer.lead_uploads.add(
            name=f"{request.parent}/uploads/{_UPLOAD}",
            display_name="may.csv",
            state=lead_upload_service_pb2.LeadUpload.SUCCEEDED,
            read_row_count=1000,
            accepted_row_count=990,
        )
        upload.rejections.add(reason="DUPLICATE", row_count=10)
        return answer

    async def DownloadLeadUploadReport(self, request: Any, context: Any) -> Any:
        for data in self._world.report or (b"line,reason\r\n", b"2,DUPLICATE\r\n"):
            yield HttpBody(content_type="text/csv", data=data)


class Recordings(recording_service_pb2_grpc.RecordingServiceServicer):
    """One recording; knows the ranges that tests ask for."""

    async def ListRecordings(self, request: Any, context: Any) -> Any:
        answer = recording_service_pb2.ListRecordingsResponse()
        if request.call.endswith("/none"):
            return answer
        found = answer.recordings.add(
            name=f"{request.parent}/recordings/r1", duration_seconds=62, phone_number="+12125550123"
        )
        found.start_time.CopyFrom(request.start_time)
        return answer

    async def StreamRecording(self, request: Any, context: Any) -> Any:
        if request.range == "bytes=999999-":
            raise _Outside("The range lies outside of the file.", file_bytes=len(SOUND))
        first, last = (10, 19) if request.range == "bytes=10-19" else (0, len(SOUND) - 1)
        part = file_pb2.FilePart(
            offset=first,
            length=last - first + 1,
            file_bytes=len(SOUND),
            is_part=bool(request.range),
        )
        head = HttpBody(content_type="audio/wav")
        head.extensions.add().Pack(part)
        yield head
        for start in range(first, last + 1, 1000):
            data = SOUND[start : min(start + 1000, last + 1)]
            yield HttpBody(content_type="audio/wav", data=data)


def file_services(world: World) -> list[Service]:
    """What is served."""
    return [
        (lead_upload_service_pb2_grpc.add_LeadUploadServiceServicer_to_server, Uploads(world)),
        (recording_service_pb2_grpc.add_RecordingServiceServicer_to_server, Recordings()),
    ]
