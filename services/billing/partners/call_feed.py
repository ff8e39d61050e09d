"""Asks the usage service for single calls and for the zones of prefixes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import grpc

from services.kit.rpc.errors import refusal_from
from veneer.usage.v1 import (
    call_feed_service_pb2,
    call_feed_service_pb2_grpc,
    zone_service_pb2,
    zone_service_pb2_grpc,
)
from veneer.usage.v1 import ingest_service_pb2 as ingest

_DEADLINE_SECONDS: Final = 20.0
_PAGE_SIZE: Final = 10_000
_EPOCH: Final = date(1970, 1, 1)
_DIRECTIONS: Final = {number: name for name, number in ingest.Direction.items()}


@dataclass(frozen=True, slots=True)
class RouteCall:
    """An answered call with the route that it took."""

    route: str
    direction: str
    zone: str
    called_number: str
    start_time: datetime
    local_date: date
    billable_seconds: int
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Instants from the start to before the end, to the second."""

    start_time: datetime
    end_time: datetime


class CallFeed:
    """The usage service, as far as single calls matter to billing."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._calls = call_feed_service_pb2_grpc.CallFeedServiceStub(channel)
        self._zones = zone_service_pb2_grpc.ZoneServiceStub(channel)

    async def route_calls(
        self, tenant_id: str, routes: Sequence[str], start_time: datetime, end_time: datetime
    ) -> AsyncIterator[RouteCall]:
        """Gives a tenant's answered calls that took some routes in a period, page by page."""
        request = call_feed_service_pb2.ListRouteCallsRequest(
            tenant=f"tenants/{tenant_id}", routes=routes, page_size=_PAGE_SIZE
        )
        request.start_time.FromDatetime(start_time)
        request.end_time.FromDatetime(end_time)
        while True:
            page = await self._page(request)
            for call in _calls(page):
                yield call
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def page(
        self, tenant_id: str, period: Period, size: int, token: str
    ) -> tuple[list[RouteCall], str]:
        """Gives a page of all answered calls of a period, and the token of the next one."""
        request = call_feed_service_pb2.ListRouteCallsRequest(
            tenant=f"tenants/{tenant_id}", page_size=size, page_token=token
        )
        request.start_time.FromDatetime(period.start_time)
        request.end_time.FromDatetime(period.end_time)
        page = await self._page(request)
        return _calls(page), page.next_page_token

    async def _page(
        self, request: call_feed_service_pb2.ListRouteCallsRequest
    ) -> call_feed_service_pb2.ListRouteCallsResponse:
        try:
            return await self._calls.ListRouteCalls(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error

    async def zone_prefixes(self, prefixes: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Gives, for each zone, those of the prefixes that its numbers go by."""
        if not prefixes:
            return {}
        request = zone_service_pb2.ReadZonePrefixesRequest(prefixes=prefixes)
        try:
            answer = await self._zones.ReadZonePrefixes(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return {each.zone: list(each.prefixes) for each in answer.zones}


def _calls(page: call_feed_service_pb2.ListRouteCallsResponse) -> list[RouteCall]:
    return [
        RouteCall(
            route=route,
            direction=_DIRECTIONS[direction],
            zone=zone,
            called_number=number,
            start_time=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=millis),
            local_date=_EPOCH + timedelta(days=day),
            billable_seconds=seconds,
            call_id=call_id,
        )
        for call_id, route, direction, zone, number, millis, day, seconds in zip(
            page.call_ids,
            page.routes,
            page.directions,
            page.zones,
            page.called_numbers,
            page.start_time_millis,
            page.local_days,
            page.billable_seconds,
            strict=True,
        )
    ]
