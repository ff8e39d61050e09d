"""Takes events of calls over from usage, for the tenants whose endpoints want to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from google.protobuf.json_format import MessageToDict

from services.gateway.store import GatewayStore
from services.gateway.webhooks.events import CALL_DISPOSITION, CALL_FINISHED, Event, record
from services.kit.db.transaction import Database
from veneer.usage.v1 import call_event_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.usage.v1.call_event_service_pb2_grpc import CallEventServiceAsyncStub

_TYPES: Final = (CALL_FINISHED, CALL_DISPOSITION)
_PAGE_SIZE: Final = 200
# At most so much of one tenant before it is the next one's turn.
_PAGES_MAX: Final = 20
# Usage keeps events for 24 hours after it was asked to.
_ASKED_AGAIN: Final = timedelta(minutes=10)


class CallEvents:
    """The cursor moves with the deliveries that it stands for, in one transaction."""

    def __init__(self, db: Database[GatewayStore], usage: CallEventServiceAsyncStub) -> None:
        self._db, self._usage = db, usage
        self._asked: dict[str, datetime] = {}

    async def take_over(self) -> None:
        """Takes over what is new."""
        async with self._db.operator_read() as store:
            tenants = await store.webhook_endpoints.tenants_wanting(_TYPES)
        for tenant_id in tenants:
            await self._keep(tenant_id)
            for _ in range(_PAGES_MAX):
                if not await self._take_page(tenant_id):
                    break

    async def _keep(self, tenant_id: str) -> None:
        now = self._db.clock.now()
        asked = self._asked.get(tenant_id)
        if asked is None or now - asked >= _ASKED_AGAIN:
            await self._usage.KeepCallEvents(
                pb.KeepCallEventsRequest(tenant=f"tenants/{tenant_id}")
            )
            self._asked[tenant_id] = now

    async def _take_page(self, tenant_id: str) -> bool:
        """Tells whether there may be more."""
        source = f"calls/{tenant_id}"
        async with self._db.read(tenant_id) as store:
            cursor = await store.event_cursors.of(source)
        answer = await self._usage.ReadCallEvents(
            pb.ReadCallEventsRequest(
                tenant=f"tenants/{tenant_id}", cursor=cursor, page_size=_PAGE_SIZE
            )
        )
        if not answer.call_events:
            return False
        async with self._db.transaction(tenant_id) as store:
            for each in answer.call_events:
                for event in _events(tenant_id, each):
                    await record(store, event)
            await store.event_cursors.move(source, answer.next_cursor)
        return len(answer.call_events) == _PAGE_SIZE


def _events(tenant_id: str, told: pb.ReadCallEventsResponse.CallEvent) -> Iterator[Event]:
    call_id = told.call.name.rpartition("/")[2]
    time = told.stored_time.ToDatetime(UTC)
    data = MessageToDict(told.call, always_print_fields_with_no_presence=True)
    if told.is_new:
        yield Event(tenant_id, f"call-{call_id}", CALL_FINISHED, time, data)
    if told.is_disposed:
        event_id = f"call-{call_id}-disposition-{told.call.revision_count}"
        yield Event(tenant_id, event_id, CALL_DISPOSITION, time, data)
