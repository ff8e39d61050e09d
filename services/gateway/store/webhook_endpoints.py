"""Where events are sent to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables_webhooks import webhook_endpoints as endpoints

# When it was created, and its id: the order of a tenant's endpoints.
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An address, what it wants to be told of, and what events to it are signed with."""

    tenant_id: str
    endpoint_id: str
    url: str
    display_name: str
    event_types: Sequence[str]
    is_enabled: bool
    secret: str
    create_time: datetime
    previous_secret: str | None = None
    previous_secret_end_time: datetime | None = None
    failing_since_time: datetime | None = None

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Gives what is signed with: for a while after a change the one before as well."""
        end = self.previous_secret_end_time
        if self.previous_secret is None or end is None or now >= end:
            return (self.secret,)
        return self.secret, self.previous_secret


class WebhookEndpoints:
    """The endpoints that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, endpoint: WebhookEndpoint) -> None:
        """Adds an endpoint."""
        await self._connection.execute(insert(endpoints).values(asdict(endpoint)))

    async def count_locked(self, tenant_id: str) -> int:
        """Counts a tenant's, alone: whoever else is about to add one waits."""
        await self._connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"webhook endpoints of {tenant_id}"},
        )
        query = select(func.count()).where(endpoints.c.tenant_id == tenant_id)
        return (await self._connection.execute(query)).scalar_one()

    async def find(
        self, tenant_id: str, endpoint_id: str, *, for_update: bool = False
    ) -> WebhookEndpoint | None:
        """Gives an endpoint, or None."""
        query = select(endpoints).where(
            endpoints.c.tenant_id == tenant_id, endpoints.c.endpoint_id == endpoint_id
        )
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return WebhookEndpoint(**row) if row else None

    async def list_after(
        self, tenant_id: str, after: Place | None, limit: int
    ) -> list[WebhookEndpoint]:
        """Gives at most `limit` endpoints, oldest first, from behind `after` on."""
        place = (endpoints.c.create_time, endpoints.c.endpoint_id)
        query = select(endpoints).where(endpoints.c.tenant_id == tenant_id)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        rows = await self._connection.execute(query.order_by(*place).limit(limit))
        return [WebhookEndpoint(**row) for row in rows.mappings()]

    async def wanting(self, tenant_id: str, event_type: str) -> list[str]:
        """Gives the ids of a tenant's endpoints that are to be told of an event."""
        query = select(endpoints.c.endpoint_id).where(
            endpoints.c.tenant_id == tenant_id,
            endpoints.c.is_enabled,
            (func.cardinality(endpoints.c.event_types) == 0)
            | endpoints.c.event_types.contains([event_type]),
        )
        return list((await self._connection.execute(query)).scalars())

    async def tenants_wanting(self, event_types: Sequence[str]) -> list[str]:
        """Gives the tenants with an endpoint for any of some events."""
        query = (
            select(endpoints.c.tenant_id)
            .where(
                endpoints.c.is_enabled,
                (func.cardinality(endpoints.c.event_types) == 0)
                | endpoints.c.event_types.overlap(list(event_types)),
            )
            .distinct()
            .order_by(endpoints.c.tenant_id)
        )
        return list((await self._connection.execute(query)).scalars())

    async def save(self, endpoint: WebhookEndpoint) -> None:
        """Writes an endpoint that is there."""
        await self._connection.execute(
            update(endpoints)
            .where(
                endpoints.c.tenant_id == endpoint.tenant_id,
                endpoints.c.endpoint_id == endpoint.endpoint_id,
            )
            .values(asdict(endpoint))
        )

    async def remove(self, tenant_id: str, endpoint_id: str) -> bool:
        """Removes an endpoint with its deliveries; False if there is none."""
        removed = await self._connection.execute(
            delete(endpoints).where(
                endpoints.c.tenant_id == tenant_id, endpoints.c.endpoint_id == endpoint_id
            )
        )
        return removed.rowcount > 0
