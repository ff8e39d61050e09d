"""A usage service's single calls and zones, as a test says they are."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from services.kit.rpc.server import Service
from veneer.usage.v1 import (
    call_feed_service_pb2,
    call_feed_service_pb2_grpc,
    zone_service_pb2,
    zone_service_pb2_grpc,
)
from veneer.usage.v1 import ingest_service_pb2 as ingest

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_EPOCH = date(1970, 1, 1)

# A call: route, number, start, billable seconds.
_Call = tuple[str, str, datetime, int]


class CallFeedSimulator(
    call_feed_service_pb2_grpc.CallFeedServiceServicer, zone_service_pb2_grpc.ZoneServiceServicer
):
    """Gives calls two a page; prefixes of 1 are the United States, of 44 Great Britain."""

    def __init__(self) -> None:
        self._calls: dict[str, list[_Call]] = defaultdict(list)

    @property
    def services(self) -> list[Service]:
        return [
            (call_feed_service_pb2_grpc.add_CallFeedServiceServicer_to_server, self),
            (zone_service_pb2_grpc.add_ZoneServiceServicer_to_server, self),
        ]

    def store(self, tenant_id: str, route: str, number: str, start: datetime, seconds: int) -> None:
        """Stores an outbound call to the United States."""
        self._calls[tenant_id].append((route, number, start, seconds))

    async def ListRouteCalls(
        self, request: call_feed_service_pb2.ListRouteCallsRequest, context: Context
    ) -> call_feed_service_pb2.ListRouteCallsResponse:
        begin, end = (wire.ToDatetime(UTC) for wire in (request.start_time, request.end_time))
        found = [
            call
            for call in self._calls[request.tenant.removeprefix("tenants/")]
            if (not request.routes or call[0] in request.routes) and begin <= call[2] < end
        ]
        first = int(request.page_token or 0)
        page = found[first : first + 2]
        return call_feed_service_pb2.ListRouteCallsResponse(
            call_ids=[str(first + index) for index in range(len(page))],
            routes=[call[0] for call in page],
            directions=[ingest.OUTBOUND for _ in page],
            called_numbers=[call[1] for call in page],
            zones=["US" for _ in page],
            start_time_millis=[int(call[2].timestamp()) * 1000 for call in page],
            local_days=[(call[2].date() - _EPOCH).days for call in page],
            billable_seconds=[call[3] for call in page],
            next_page_token=str(first + 2) if len(found) > first + 2 else "",
        )

    async def ReadZonePrefixes(
        self, request: zone_service_pb2.ReadZonePrefixesRequest, context: Context
    ) -> zone_service_pb2.ReadZonePrefixesResponse:
        zones = {"GB": "44", "US": "1"}
        answer = zone_service_pb2.ReadZonePrefixesResponse
        return answer(
            zones=[
                answer.ZonePrefixes(
                    zone=zone,
                    prefixes=[each for each in request.prefixes if each.startswith(code)],
                )
                for zone, code in zones.items()
                if any(each.startswith(code) for each in request.prefixes)
            ]
        )
