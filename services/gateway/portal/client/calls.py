"""The list of calls, with filters and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from services.gateway.portal.calendar import wire_day
from services.gateway.portal.visit import Visit
from services.kit.errors import InvalidRequest
from veneer.usage.v1 import call_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2

_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are asked for; `last` is the last day, as people say it."""

    first: date | None
    last: date | None
    answered_only: bool

    def query(self, **more: str) -> str:
        """Writes the filter, and what is added to it, as a query."""
        parameters = {
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "answered": "1" if self.answered_only else "",
            **more,
        }
        return urlencode({name: value for name, value in parameters.items() if value})


async def calls(visit: Visit) -> Response:
    """Shows a page of calls, latest first."""
    parameters = visit.request.query_params
    chosen = CallFilter(
        first=_day(parameters.get("from", ""), "from"),
        last=_day(parameters.get("to", ""), "to"),
        answered_only=parameters.get("answered") == "1",
    )
    token = parameters.get("page", "")
    request = pb.ListCallsRequest(
        parent=visit.site.tenant,
        page_size=_PAGE_SIZE,
        page_token=token,
        start_date=_wire(chosen.first),
        # The contract's span is half open, people's includes its last day.
        end_date=_wire(chosen.last + timedelta(days=1) if chosen.last else None),
        answered_only=chosen.answered_only,
    )
    answer = await visit.services.calls.ListCalls(request, metadata=visit.metadata)
    return visit.page(
        "client/calls.html",
        title="Calls",
        calls=answer.calls,
        chosen=chosen,
        is_first=not token,
        may_listen=visit.caller.may("recordings.read"),
        first_query=chosen.query(),
        next_query=chosen.query(page=answer.next_page_token) if answer.next_page_token else "",
        zone=await visit.portal.zones.of(visit.site.tenant),
        inbound=ingest_service_pb2.INBOUND,
    )


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest.at(field, "Must be a day such as 2026-11-01.") from None


def _wire(day: date | None) -> Any:
    return wire_day(day) if day else None
