"""Recordings of a client's calls: by day, or of one call; heard on the page, or kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import grpc
from starlette.responses import Response, StreamingResponse

from services.gateway.portal.calendar import day_of, typed_day
from services.gateway.portal.handling import refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.gateway.rest.files import head_of
from services.kit.errors import InvalidRequest
from veneer.telephony.v1 import recording_service_pb2 as pb

_SHOWN = 50
_RANGE_LENGTH_MAX = 100


async def recordings(visit: Visit) -> Response:
    """Shows the recordings of a day, today if none is said, or of a call."""
    parameters = visit.request.query_params
    zone = await visit.portal.zones.of(visit.site.tenant)
    today = await visit.portal.zones.today(visit.site.tenant)
    problem: Problem | None = None
    answer, day, call = pb.ListRecordingsResponse(), today, parameters.get("call", "")
    try:
        day = day_of(typed_day(parameters["day"], "day")) if parameters.get("day") else today
        request = _request(visit, day, zone, call)
        answer = await visit.services.recordings.ListRecordings(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, InvalidRequest) as error:
        problem = refusal_of(error)
    return visit.page(
        "client/recordings.html",
        status=problem.http_status if problem else 200,
        title="Recordings",
        recordings=answer.recordings,
        next_page=answer.next_page_token,
        day=day,
        call=call,
        zone=zone,
        problem=problem,
    )


async def recording_sound(visit: Visit) -> Response:
    """Sends a recording, or the part of it that the browser asks for, as it comes."""
    request = pb.StreamRecordingRequest(
        name=name_in_path(visit, "recordings", "recording"),
        range=visit.request.headers.get("range", "")[:_RANGE_LENGTH_MAX],
    )
    answers = aiter(visit.services.recordings.StreamRecording(request, metadata=visit.metadata))
    first = await anext(answers)
    status, headers = head_of(request, first)

    async def pieces() -> AsyncIterator[bytes]:
        yield first.data
        async for answer in answers:
            yield answer.data

    told = {name.decode(): value.decode() for name, value in headers}
    return StreamingResponse(pieces(), status, told)


def _request(visit: Visit, day: date, zone: ZoneInfo, call: str) -> Any:
    request = pb.ListRecordingsRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    if call:
        request.call = f"{visit.site.tenant}/calls/{call}"
    else:
        request.start_time.FromDatetime(datetime.combine(day, time(), zone))
        request.end_time.FromDatetime(datetime.combine(day + timedelta(days=1), time(), zone))
    return request
