"""Events, and how they become deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from services.gateway.store import GatewayStore
from services.gateway.store.webhook_deliveries import Delivery

TEST: Final = "test"
CALL_FINISHED: Final = "call.finished"
CALL_DISPOSITION: Final = "call.disposition"
INVOICE_ISSUED: Final = "invoice.issued"
PAYMENT_SUCCEEDED: Final = "payment.succeeded"
LIMIT_NEAR: Final = "limit.near"
PRICE_NOTICE: Final = "price.notice"
SERVICE_CHANGED: Final = "service.changed"
EVENT_TYPES: Final = (
    CALL_FINISHED,
    CALL_DISPOSITION,
    INVOICE_ISSUED,
    PAYMENT_SUCCEEDED,
    LIMIT_NEAR,
    PRICE_NOTICE,
    SERVICE_CHANGED,
)
# The outbox's kind of a delivery that is to be made.
DELIVER: Final = "webhook-delivery"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a tenant is told of. The id is made from what happened, never from chance."""

    tenant_id: str
    event_id: str
    event_type: str
    time: datetime
    data: Mapping[str, Any]

    @property
    def payload(self) -> str:
        """What is sent: the order is the time at which its source noted it, in microseconds."""
        instant = self.time.astimezone(UTC)
        return orjson.dumps(
            {
                "type": self.event_type,
                "timestamp": instant.isoformat().replace("+00:00", "Z"),
                "order": round(instant.timestamp() * 1_000_000),
                "data": self.data,
            }
        ).decode()


async def record(store: GatewayStore, event: Event) -> None:
    """Intends to tell every endpoint that wants to know; an event that is known changes nothing."""
    for endpoint_id in await store.webhook_endpoints.wanting(event.tenant_id, event.event_type):
        await deliver_to(store, event, endpoint_id)


async def deliver_to(store: GatewayStore, event: Event, endpoint_id: str) -> Delivery:
    """Intends to tell one endpoint. The transaction is the tenant's."""
    delivery = Delivery(
        tenant_id=event.tenant_id,
        endpoint_id=endpoint_id,
        event_id=event.event_id,
        event_type=event.event_type,
        payload=event.payload,
        create_time=event.time,
        next_attempt_time=event.time,
    )
    if await store.webhook_deliveries.add(delivery):
        await intend(store, delivery)
    return delivery


async def intend(store: GatewayStore, delivery: Delivery) -> None:
    """Intends to send a delivery."""
    await store.outbox.add(
        DELIVER,
        {
            "tenant_id": delivery.tenant_id,
            "endpoint_id": delivery.endpoint_id,
            "event_id": delivery.event_id,
        },
    )
