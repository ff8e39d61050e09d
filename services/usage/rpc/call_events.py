"""CallEventService: calls as they are stored and corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.usage.domain.calls import Call
from services.usage.rpc import wire
from services.usage.store import UsageStore
from services.usage.store.call_events import CallEvent, Place
from veneer.usage.v1 import call_event_service_pb2 as pb
from veneer.usage.v1 import call_event_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_BEGINNING: Final = (datetime(1970, 1, 1, tzinfo=UTC), "")


class CallEventService(rpc.CallEventServiceServicer):
    """veneer.usage.v1.CallEventService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def KeepCallEvents(
        self, request: pb.KeepCallEventsRequest, context: Context
    ) -> pb.KeepCallEventsResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        async with self._db.transaction(tenant_id) as store:
            await store.call_events.want(store.scope.time)
        return pb.KeepCallEventsResponse()

    async def ReadCallEvents(
        self, request: pb.ReadCallEventsRequest, context: Context
    ) -> pb.ReadCallEventsResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        size = page_token.page_size(request, 100, 1000)
        after = _place(request.cursor)
        async with self._db.read(tenant_id) as store:
            events = await store.call_events.list_after(after, size)
            calls = {
                call.call_id: call
                for call in await store.calls.find_all([event.call_id for event in events])
            }
        return pb.ReadCallEventsResponse(
            call_events=[_event(tenant_id, each, calls[each.call_id]) for each in events],
            next_cursor=_cursor(events[-1]) if events else request.cursor,
        )


def _event(tenant_id: str, event: CallEvent, call: Call) -> pb.ReadCallEventsResponse.CallEvent:
    stored = Timestamp()
    stored.FromDatetime(event.stored_time)
    return pb.ReadCallEventsResponse.CallEvent(
        call=wire.call(tenant_id, call),
        stored_time=stored,
        is_new=event.is_new,
        is_disposed=event.is_disposed,
    )


def _cursor(event: CallEvent) -> str:
    return f"{event.stored_time.isoformat()} {event.call_id}"


def _place(cursor: str) -> Place:
    if not cursor:
        return _BEGINNING
    time, _, call_id = cursor.partition(" ")
    try:
        return datetime.fromisoformat(time), call_id
    except ValueError as error:
        raise InvalidRequest.at("cursor", "Must be one that was given.") from error
