"""ReportService: what campaigns and agents have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody

from services.kit.aip.resource_name import possible_tenant_id
from services.telephony.domain.report import Row, as_csv
from services.telephony.partners.dialer.report_tables import ReportTables
from services.telephony.rpc import wire
from services.telephony.rpc.names import ReportName
from services.telephony.usecases.client_desk import ClientDesk
from services.telephony.usecases.make_report import make_report
from veneer.telephony.v1 import report_service_pb2 as pb
from veneer.telephony.v1 import report_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ReportService(rpc.ReportServiceServicer):
    """veneer.telephony.v1.ReportService."""

    def __init__(self, desk: ClientDesk, tables: ReportTables | None) -> None:
        self._desk, self._tables = desk, tables

    async def GetReport(self, request: pb.GetReportRequest, context: Context) -> pb.Report:
        rows = await self._rows(request)
        return pb.Report(
            name=request.name,
            rows=map(_row, rows),
            start_date=request.start_date,
            end_date=request.end_date,
        )

    async def DownloadReport(self, request: pb.DownloadReportRequest, context: Context) -> HttpBody:
        rows = await self._rows(request)
        return HttpBody(content_type="text/csv; charset=utf-8", data=as_csv(rows))

    async def _rows(self, request: pb.GetReportRequest | pb.DownloadReportRequest) -> list[Row]:
        name = ReportName.parse(request.name)
        key = possible_tenant_id(name.tenant, request.name), name.report
        days = (
            wire.day(request.start_date, "start_date"),
            wire.day(request.end_date, "end_date"),
        )
        return await make_report(self._desk, self._tables, key, days)


def _row(row: Row) -> pb.Report.Row:
    figures = row.figures
    return pb.Report.Row(
        subject=row.subject,
        key=row.key,
        call_count=figures.call_count,
        talk_seconds=figures.talk_seconds,
        wait_seconds=figures.wait_seconds,
        pause_seconds=figures.pause_seconds,
        wrap_up_seconds=figures.wrap_up_seconds,
    )
