"""What campaigns and agents have done: four tables with bars, and the same as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import grpc
from starlette.responses import Response

from services.gateway.portal.calendar import typed_day, wire_day
from services.gateway.portal.handling import attachment, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound
from veneer.telephony.v1 import report_service_pb2 as pb

KINDS = {
    "dispositions": "What became of calls",
    "agents": "Agents",
    "hours": "Hours of the day",
    "campaigns": "Campaigns",
}
_USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: str
    first: date
    last: date

    @property
    def query(self) -> str:
        """The same days for another link."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})

    def span(self) -> dict[str, Any]:
        """The contract's span is half open, people's includes its last day."""
        return {
            "start_date": wire_day(self.first),
            "end_date": wire_day(self.last + timedelta(days=1)),
        }


async def reports(visit: Visit) -> Response:
    """Shows one report of some days, the last week if none are said."""
    problem: Problem | None = None
    rows: list[Any] = []
    try:
        asked = await _asked(visit, visit.request.query_params.get("report", "dispositions"))
        request = pb.GetReportRequest(name=_name(visit, asked), **asked.span())
        answer = await visit.services.reports.GetReport(request, metadata=visit.metadata)
        rows = list(answer.rows)
    except (grpc.aio.AioRpcError, InvalidRequest) as error:
        problem = refusal_of(error)
        asked = await _usual(visit)
    return visit.page(
        "client/reports.html",
        status=problem.http_status if problem else 200,
        title="Reports",
        kinds=KINDS,
        asked=asked,
        rows=rows,
        most=max((row.call_count for row in rows), default=0) or 1,
        total=sum(row.call_count for row in rows),
        has_times=any(row.wait_seconds or row.pause_seconds for row in rows),
        problem=problem,
    )


async def report_file(visit: Visit) -> Response:
    """Hands out a report as comma-separated values."""
    asked = await _asked(visit, visit.request.path_params["report"])
    request = pb.DownloadReportRequest(name=_name(visit, asked), **asked.span())
    file = await visit.services.reports.DownloadReport(request, metadata=visit.metadata)
    return attachment(file, f"{asked.kind}-{asked.first}-{asked.last}.csv")


def _name(visit: Visit, asked: _Asked) -> str:
    return f"{visit.site.tenant}/reports/{asked.kind}"


async def _usual(visit: Visit) -> _Asked:
    today = await visit.portal.zones.today(visit.site.tenant)
    return _Asked("dispositions", today - timedelta(days=_USUAL_DAYS - 1), today)


async def _asked(visit: Visit, kind: str) -> _Asked:
    if kind not in KINDS:
        raise NotFound(resource=f"reports/{kind}")
    usual, parameters = await _usual(visit), visit.request.query_params
    days = {}
    for field, otherwise in (("from", usual.first), ("to", usual.last)):
        text = parameters.get(field, "")
        wire = typed_day(text, field) if text else wire_day(otherwise)
        days[field] = date(wire.year, wire.month, wire.day)
    if days["to"] < days["from"]:
        raise InvalidRequest.at("to", "Must not lie before the first day.")
    return _Asked(kind, days["from"], days["to"])
