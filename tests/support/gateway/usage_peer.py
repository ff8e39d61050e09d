"""A scripted usage, whose month is the one that the customer's own sketch of the portal shows."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any

from google.type.date_pb2 import Date

from services.kit.aip import page_token
from tests.support.gateway.world import World
from veneer.usage.v1 import (
    call_event_service_pb2,
    call_event_service_pb2_grpc,
    call_service_pb2,
    call_service_pb2_grpc,
    ingest_service_pb2,
    meter_service_pb2,
    meter_service_pb2_grpc,
    usage_summary_service_pb2,
    usage_summary_service_pb2_grpc,
)

MONTH_SECONDS = 2_713_741
_WEIGHTS = (21, 24, 23, 25, 19, 6, 2)


class Summaries(usage_summary_service_pb2_grpc.UsageSummaryServiceServicer):
    """The same month for everybody, up to today."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetUsageSummary(self, request: Any, context: Any) -> Any:
        self._world.hear("GetUsageSummary")
        year, month = map(int, request.name.rpartition("/")[2].split("-"))
        now = self._world.clock.now()
        last = calendar.monthrange(year, month)[1]
        last = min(last, now.day) if (now.year, now.month) == (year, month) else last
        days = [datetime(year, month, day, tzinfo=UTC) for day in range(1, last + 1)]
        weights = [_WEIGHTS[day.weekday()] * (97 + day.day % 7) for day in days]
        seconds = [MONTH_SECONDS * weight // sum(weights) for weight in weights]
        seconds[-1] += MONTH_SECONDS - sum(seconds)
        answer = usage_summary_service_pb2.UsageSummary(
            name=request.name,
            call_count=sum(each // 31 for each in seconds),
            answered_call_count=sum(each // 95 for each in seconds),
            billable_seconds=MONTH_SECONDS,
            did_count=10,
        )
        for day, spoken in zip(days, seconds, strict=True):
            answer.days.add(
                date=Date(year=day.year, month=day.month, day=day.day),
                call_count=spoken // 31,
                answered_call_count=spoken // 95,
                billable_seconds=spoken,
            )
        answer.as_of_time.FromDatetime(now)
        return answer


class Meters(meter_service_pb2_grpc.MeterServiceServicer):
    """Keeps the last of each reading."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def RecordReadings(self, request: Any, context: Any) -> Any:
        for each in request.measurements:
            self._world.readings[request.parent, each.subject] = each
        return meter_service_pb2.RecordReadingsResponse()


class Calls(call_service_pb2_grpc.CallServiceServicer):
    """Two pages of calls."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetCall(self, request: Any, context: Any) -> Any:
        self._world.hear(f"GetCall {request.name}")
        return call_service_pb2.Call(name=request.name)

    async def ListCalls(self, request: Any, context: Any) -> Any:
        self._world.hear("ListCalls")
        cursor = page_token.decode(request)
        first = int(cursor[0]) if cursor else 0
        answer = call_service_pb2.ListCallsResponse(
            calls=[self._call(request.parent, number) for number in range(first, first + 20)]
        )
        if not cursor:
            answer.next_page_token = page_token.encode(request, ["20"])
        return answer

    def _call(self, parent: str, number: int) -> Any:
        start = self._world.clock.now() - timedelta(seconds=47 * number)
        talked = 0 if number % 3 else 31 + 17 * number
        call = call_service_pb2.Call(
            name=f"{parent}/calls/c{number}",
            direction=ingest_service_pb2.INBOUND
            if number % 5 == 3
            else ingest_service_pb2.OUTBOUND,
            called_number=f"+1212555{100 + number:04}",
            caller_number="+13055550142",
            billable_seconds=talked,
            zone="US",
            campaign="FALL26" if number % 4 else "",
            agent=f"agent{number % 6}" if talked else "",
            disposition="SALE" if talked and number % 2 else ("" if talked else "NA"),
        )
        call.start_time.FromDatetime(start)
        if talked:
            call.answer_time.FromDatetime(start + timedelta(seconds=9))
            call.end_time.FromDatetime(start + timedelta(seconds=9 + talked))
        return call


class CallEvents(call_event_service_pb2_grpc.CallEventServiceServicer):
    """What happened to calls; a cursor is a number."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def KeepCallEvents(self, request: Any, context: Any) -> Any:
        self._world.kept_call_events.add(request.tenant)
        return call_event_service_pb2.KeepCallEventsResponse()

    async def ReadCallEvents(self, request: Any, context: Any) -> Any:
        begin = int(request.cursor or 0)
        events = self._world.call_events.get(request.tenant, [])[begin:][: request.page_size]
        return call_event_service_pb2.ReadCallEventsResponse(
            call_events=events, next_cursor=str(begin + len(events))
        )


def usage_services(world: World) -> list[Any]:
    """Gives what a scripted usage serves."""
    return [
        (
            usage_summary_service_pb2_grpc.add_UsageSummaryServiceServicer_to_server,
            Summaries(world),
        ),
        (meter_service_pb2_grpc.add_MeterServiceServicer_to_server, Meters(world)),
        (call_service_pb2_grpc.add_CallServiceServicer_to_server, Calls(world)),
        (call_event_service_pb2_grpc.add_CallEventServiceServicer_to_server, CallEvents(world)),
    ]
