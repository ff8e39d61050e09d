"""Takes over from billing what happened to clients' accounts."""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Final

from services.gateway.store import GatewayStore
from services.gateway.webhooks.events import (
    INVOICE_ISSUED,
    LIMIT_NEAR,
    PAYMENT_SUCCEEDED,
    PRICE_NOTICE,
    SERVICE_CHANGED,
    Event,
    record,
)
from services.kit.db.transaction import Database
from veneer.billing.v1 import client_event_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.billing.v1.client_event_service_pb2_grpc import ClientEventServiceAsyncStub

_SOURCE: Final = "accounts"
_PAGE_SIZE: Final = 200
_PAGES_MAX: Final = 50
_TYPES: Final = {
    pb.ClientEvent.INVOICE_ISSUED: INVOICE_ISSUED,
    pb.ClientEvent.PAYMENT_RECEIVED: PAYMENT_SUCCEEDED,
    pb.ClientEvent.SPENDING: LIMIT_NEAR,
    pb.ClientEvent.PRICE_NOTICE: PRICE_NOTICE,
    pb.ClientEvent.SERVICE_STATE: SERVICE_CHANGED,
}


class AccountEvents:
    """The cursor is one position over all tenants; it moves once a page has been recorded."""

    def __init__(self, db: Database[GatewayStore], billing: ClientEventServiceAsyncStub) -> None:
        self._db, self._billing = db, billing

    async def take_over(self) -> None:
        """Takes over what is new."""
        for _ in range(_PAGES_MAX):
            if not await self._take_page():
                return

    async def _take_page(self) -> bool:
        """Tells whether there may be more."""
        async with self._db.operator_read() as store:
            position = int(await store.event_cursors.of(_SOURCE) or 0)
        answer = await self._billing.ReadClientEvents(
            pb.ReadClientEventsRequest(after_position=position, page_size=_PAGE_SIZE)
        )
        if not answer.client_events:
            return False
        for tenant, told in groupby(answer.client_events, lambda event: event.tenant):
            tenant_id = tenant.removeprefix("tenants/")
            async with self._db.transaction(tenant_id) as store:
                for each in told:
                    # A kind that billing knows and we do not yet is passed over.
                    if each.kind in _TYPES:
                        await record(store, _event(tenant_id, each))
        # Last: after a kill the page is read again, and what is known changes nothing.
        async with self._db.operator_transaction() as store:
            await store.event_cursors.move(_SOURCE, str(answer.client_events[-1].position))
        return len(answer.client_events) == _PAGE_SIZE


def _event(tenant_id: str, told: pb.ClientEvent) -> Event:
    data = {"name": told.subject, **told.facts}
    time = told.create_time.ToDatetime(UTC)
    return Event(tenant_id, told.event_id, _TYPES[told.kind], time, data)
