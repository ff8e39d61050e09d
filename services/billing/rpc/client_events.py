"""ClientEventService: what happened to clients' accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.rpc.wire import timestamp
from services.billing.store import BillingStore
from services.billing.store.client_events import StoredEvent
from services.kit.aip import page_token
from services.kit.db.transaction import Database
from veneer.billing.v1 import client_event_service_pb2 as pb
from veneer.billing.v1 import client_event_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ClientEventService(rpc.ClientEventServiceServicer):
    """veneer.billing.v1.ClientEventService."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db

    async def ReadClientEvents(
        self, request: pb.ReadClientEventsRequest, context: Context
    ) -> pb.ReadClientEventsResponse:
        size = page_token.page_size(request, 100, 1000)
        async with self._db.operator_read() as store:
            found = await store.client_events.list_after(request.after_position, size)
        return pb.ReadClientEventsResponse(client_events=map(_event, found))


def _event(found: StoredEvent) -> pb.ClientEvent:
    return pb.ClientEvent(
        position=found.position,
        tenant=f"tenants/{found.tenant_id}",
        event_id=found.event_id,
        kind=pb.ClientEvent.Kind.Value(found.kind),
        subject=found.subject,
        facts=found.facts,
        create_time=timestamp(found.create_time),
    )
