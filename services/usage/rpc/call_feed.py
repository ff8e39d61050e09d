"""CallFeedService: single calls with the routes that they took."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, cast

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.usage.store import UsageStore
from services.usage.store.call_feed import FeedFilter
from veneer.usage.v1 import call_feed_service_pb2 as pb
from veneer.usage.v1 import call_feed_service_pb2_grpc as rpc
from veneer.usage.v1.ingest_service_pb2 import Direction

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_PAGE_SIZE: Final = 5000
_PAGE_SIZE_MAX: Final = 10_000
_ROUTES_MAX: Final = 1000
_EPOCH: Final = date(1970, 1, 1)


class CallFeedService(rpc.CallFeedServiceServicer):
    """veneer.usage.v1.CallFeedService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def ListRouteCalls(
        self, request: pb.ListRouteCallsRequest, context: Context
    ) -> pb.ListRouteCallsResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        size = page_token.page_size(request, _PAGE_SIZE, _PAGE_SIZE_MAX)
        cursor = page_token.decode(request)
        if cursor is not None and len(cursor) != 1:
            raise page_token.InvalidPageToken
        if len(request.routes) > _ROUTES_MAX:
            raise InvalidRequest.at("routes", f"Must be at most {_ROUTES_MAX}.")
        which = FeedFilter(request.routes, request.start_time.seconds, request.end_time.seconds)
        async with self._db.read(tenant_id) as store:
            found = await store.call_feed.list_after(cursor[0] if cursor else None, which, size + 1)
        page = found[:size]
        return pb.ListRouteCallsResponse(
            call_ids=[call.call_id for call in page],
            routes=[call.route for call in page],
            directions=[cast("Direction.ValueType", call.direction) for call in page],
            called_numbers=[call.called_number for call in page],
            zones=[call.zone for call in page],
            start_time_millis=[call.start_time_millis for call in page],
            local_days=[(call.local_date - _EPOCH).days for call in page],
            billable_seconds=[call.billable_seconds for call in page],
            next_page_token=page_token.encode(request, [page[-1].call_id])
            if len(found) > size
            else "",
        )
