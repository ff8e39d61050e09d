"""What happened to clients' accounts, in one order over all tenants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.store.tables_events import client_events

# One after the other, to the end of the transaction: positions become visible in their order.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('client events', 0))")
_APPEND: Final = text(
    "INSERT INTO client_events"
    " (tenant_id, event_id, position, kind, subject, facts, create_time)"
    " SELECT :tenant_id, :event_id, coalesce(max(position), 0) + 1, :kind, :subject,"
    " CAST(:facts AS jsonb), :create_time FROM client_events"
    " ON CONFLICT (tenant_id, event_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event at its place."""

    tenant_id: str
    event_id: str
    position: int
    kind: str
    subject: str
    facts: Mapping[str, str]
    create_time: datetime


class ClientEvents:
    """The events of all tenants; in operator transactions alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(
        self, tenant_id: str, event_id: str, told: Mapping[str, Any], create_time: datetime
    ) -> None:
        """Adds an event at the end; one that is there stays where it is."""
        await self._connection.execute(_LOCK)
        values = {"tenant_id": tenant_id, "event_id": event_id, "create_time": create_time}
        facts = json.dumps(told["facts"])
        await self._connection.execute(_APPEND, {**values, **told, "facts": facts})

    async def list_after(self, position: int, limit: int) -> list[StoredEvent]:
        """Gives at most `limit` events, in order, from behind a position on."""
        query = (
            select(client_events)
            .where(client_events.c.position > position)
            .order_by(client_events.c.position)
            .limit(limit)
        )
        return [StoredEvent(**row) for row in (await self._connection.execute(query)).mappings()]
