"""Lists, uploads and leads of a tenant, for tests."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import openpyxl
from google.api.httpbody_pb2 import HttpBody

from tests.support.dialer_clients import Dialing, Tenant
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from veneer.telephony.v1 import (
    dnc_service_pb2_grpc,
    lead_list_service_pb2,
    lead_list_service_pb2_grpc,
    lead_service_pb2,
    lead_service_pb2_grpc,
    lead_upload_service_pb2,
    lead_upload_service_pb2_grpc,
)

PERMISSIONS = {
    f"{noun}.{verb}" for noun in ("leads", "dnc", "campaigns") for verb in ("read", "write")
}
Upload = lead_upload_service_pb2.LeadUpload
_OVER = {Upload.SUCCEEDED, Upload.FAILED, Upload.CANCELLED}


class Leads:
    """Stubs of one tenant."""

    def __init__(self, dialing: Dialing, tenant: Tenant) -> None:
        self.dialing, self.tenant = dialing, tenant
        channel = mesh().channel(dialing.telephony.port, "telephony")
        self.lists: Any = lead_list_service_pb2_grpc.LeadListServiceStub(channel)
        self.uploads: Any = lead_upload_service_pb2_grpc.LeadUploadServiceStub(channel)
        self.leads: Any = lead_service_pb2_grpc.LeadServiceStub(channel)
        self.dnc: Any = dnc_service_pb2_grpc.DncServiceStub(channel)
        self.me = mesh().client(dialing.telephony.clock, tenant.tenant_id, PERMISSIONS)

    async def a_list(self, list_id: str = "west", **fields: Any) -> lead_list_service_pb2.LeadList:
        """Creates a list of the campaign `west`."""
        wanted = {
            "display_name": "West coast",
            "campaign": f"{self.tenant.parent}/campaigns/west",
            **fields,
        }
        request = lead_list_service_pb2.CreateLeadListRequest(
            parent=self.tenant.parent,
            lead_list=lead_list_service_pb2.LeadList(**wanted),
            lead_list_id=list_id,
        )
        made = await self.lists.CreateLeadList(request, metadata=self.me)
        assert isinstance(made, lead_list_service_pb2.LeadList)
        return made

    async def begun(self, parent: str, **fields: Any) -> Upload:
        """Begins an upload."""
        request = lead_upload_service_pb2.CreateLeadUploadRequest(
            parent=parent, lead_upload=Upload(**fields), request_id=str(uuid.uuid4())
        )
        made = await self.uploads.CreateLeadUpload(request, metadata=self.me)
        assert isinstance(made, Upload)
        return made

    async def sent(
        self, name: str, data: bytes, offset: int = 0, partial: bool = False, piece: int = 2**20
    ) -> Upload:
        """Sends a file or a part of it."""
        answer = await self.uploads.UploadLeads(
            iter(list(pieces(name, data, offset, partial, piece))), metadata=self.me
        )
        assert isinstance(answer, Upload)
        return answer

    async def uploaded(self, parent: str, data: bytes, **fields: Any) -> Upload:
        """Uploads a file to a list by the proposed columns, and waits for the end."""
        upload = await self.begun(parent, auto_start=True, **fields)
        await self.sent(upload.name, data)
        return await self.over(upload.name)

    async def over(self, name: str, deadline_seconds: float = 10.0) -> Upload:
        """Waits for the end of an upload."""
        found: list[Upload] = []

        async def is_over() -> bool:
            found[:] = [await self.got(name)]
            return found[0].state in _OVER

        await eventually(is_over, deadline_seconds)
        return found[0]

    async def got(self, name: str) -> Upload:
        """Gets an upload."""
        request = lead_upload_service_pb2.GetLeadUploadRequest(name=name)
        answer = await self.uploads.GetLeadUpload(request, metadata=self.me)
        assert isinstance(answer, Upload)
        return answer

    async def report(self, name: str) -> list[str]:
        """The lines of the report on rows that were not taken."""
        request = lead_upload_service_pb2.DownloadLeadUploadReportRequest(name=name)
        parts = self.uploads.DownloadLeadUploadReport(request, metadata=self.me)
        return b"".join([part.data async for part in parts]).decode().splitlines()

    async def listed(self, parent: str, **fields: Any) -> list[lead_service_pb2.Lead]:
        """A page of a list's leads."""
        request = lead_service_pb2.ListLeadsRequest(parent=parent, **fields)
        answer = await self.leads.ListLeads(request, metadata=self.me)
        return list(answer.leads)

    def rows(self, number: int) -> list[dict[str, Any]]:
        """What the dialer has in the tenant's list of that number."""
        return self.dialing.rows(
            "SELECT * FROM vicidial_list WHERE list_id = %s ORDER BY lead_id",
            self.tenant.code.list_id(number),
        )


def pieces(
    name: str, data: bytes, offset: int, partial: bool, piece: int
) -> Iterator[lead_upload_service_pb2.UploadLeadsRequest]:
    """The messages that carry a file."""
    for start in range(0, max(len(data), 1), piece):
        message = lead_upload_service_pb2.UploadLeadsRequest(
            file=HttpBody(data=data[start : start + piece])
        )
        if start == 0:
            message.name, message.offset, message.partial = name, offset, partial
        yield message


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """A file of rows."""
    return "".join(",".join(row) + "\r\n" for row in rows).encode()


def xlsx_of(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet of rows."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    for row in rows:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
