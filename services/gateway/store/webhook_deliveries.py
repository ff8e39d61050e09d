"""What is sent to endpoints, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables_webhooks import event_cursors
from services.gateway.store.tables_webhooks import webhook_deliveries as deliveries

ATTEMPTS_KEPT: Final = 20

# When it came about, and its id: the order of an endpoint's deliveries.
Place = tuple[datetime, str]


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Attempt:
    """When it was, the answer's status (0 if there was none), and what went wrong if it did."""

    time: str
    status: int
    problem: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event for an endpoint."""

    tenant_id: str
    endpoint_id: str
    event_id: str
    event_type: str
    payload: str
    create_time: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: Sequence[Attempt] = ()
    next_attempt_time: datetime | None = None

    def after(self, attempt: Attempt) -> Delivery:
        """Gives it with one attempt more."""
        return replace(self, attempts=(attempt, *self.attempts)[:ATTEMPTS_KEPT])


class WebhookDeliveries:
    """The deliveries that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, delivery: Delivery) -> bool:
        """Adds a delivery; False if the endpoint has the event already."""
        statement = insert(deliveries).values(_values(delivery)).on_conflict_do_nothing()
        added = await self._connection.execute(statement.returning(deliveries.c.event_id))
        return added.first() is not None

    async def find(
        self, tenant_id: str, endpoint_id: str, event_id: str, *, for_update: bool = False
    ) -> Delivery | None:
        """Gives a delivery, or None."""
        query = select(deliveries).where(*_key(tenant_id, endpoint_id, event_id))
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return _delivery(row) if row else None

    async def list_before(
        self, tenant_id: str, endpoint_id: str, before: Place | None, limit: int
    ) -> list[Delivery]:
        """Gives at most `limit` deliveries, latest first, from behind `before` on."""
        place = (deliveries.c.create_time, deliveries.c.event_id)
        query = select(deliveries).where(
            deliveries.c.tenant_id == tenant_id, deliveries.c.endpoint_id == endpoint_id
        )
        if before is not None:
            query = query.where(tuple_(*place) < before)
        query = query.order_by(*(column.desc() for column in place)).limit(limit)
        return [_delivery(row) for row in (await self._connection.execute(query)).mappings()]

    async def save(self, delivery: Delivery) -> None:
        """Writes how far a delivery has come."""
        await self._connection.execute(
            update(deliveries)
            .where(*_key(delivery.tenant_id, delivery.endpoint_id, delivery.event_id))
            .values(_values(delivery))
        )

    async def forget_before(self, time: datetime) -> None:
        """Removes what came about before an instant."""
        await self._connection.execute(delete(deliveries).where(deliveries.c.create_time < time))


class EventCursors:
    """How far each source's events have been taken over."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, source: str) -> str:
        """Gives where to go on; empty at the beginning."""
        query = select(event_cursors.c.cursor).where(event_cursors.c.source == source)
        return (await self._connection.execute(query)).scalar_one_or_none() or ""

    async def move(self, source: str, cursor: str) -> None:
        """Goes on from there the next time."""
        statement = insert(event_cursors).values(source=source, cursor=cursor)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["source"], set_={"cursor": cursor})
        )


def _key(tenant_id: str, endpoint_id: str, event_id: str) -> tuple[Any, ...]:
    return (
        deliveries.c.tenant_id == tenant_id,
        deliveries.c.endpoint_id == endpoint_id,
        deliveries.c.event_id == event_id,
    )


def _values(delivery: Delivery) -> dict[str, Any]:
    return {**asdict(delivery), "attempts": [asdict(each) for each in delivery.attempts]}


def _delivery(row: RowMapping) -> Delivery:
    attempts = tuple(Attempt(**each) for each in row["attempts"])
    return Delivery(**{**row, "state": DeliveryState(row["state"]), "attempts": attempts})
