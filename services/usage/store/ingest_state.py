"""The order in which a tenant's figures are stored, and until when they are final."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.usage.store.connection import Connection

# One microsecond is the smallest step of a timestamp: two transactions never share an instant.
_NEXT: Final = """
INSERT INTO ingest_state AS s (tenant_id, last_stored_time, sealed_before)
VALUES ($1, $2, '-infinity')
ON CONFLICT (tenant_id) DO UPDATE SET last_stored_time = greatest(
  excluded.last_stored_time, s.last_stored_time + interval '1 microsecond', s.sealed_before)
RETURNING last_stored_time
"""
_IS_SEALED: Final = """
SELECT greatest(sealed_before, last_stored_time) >= $2 FROM ingest_state WHERE tenant_id = $1
"""
_SEAL: Final = """
INSERT INTO ingest_state AS s (tenant_id, last_stored_time, sealed_before)
VALUES ($1, '-infinity', $2)
ON CONFLICT (tenant_id) DO UPDATE SET sealed_before = greatest(s.sealed_before, $2)
"""
_SEAL_ALL: Final = """
INSERT INTO ingest_state AS s (tenant_id, last_stored_time, sealed_before)
VALUES ($1, '-infinity', $2)
ON CONFLICT (tenant_id) DO UPDATE SET sealed_before = greatest(
  s.sealed_before, $2, s.last_stored_time + interval '1 microsecond')
RETURNING sealed_before
"""


class IngestState:
    """Where the tenant of the transaction stands."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def next_stored_time(self, now: datetime) -> datetime:
        """Gives the instant that the transaction stores at.

        It is after that of every earlier transaction of the tenant, and not before anything
        that was sealed. Others who store for the tenant wait for the end of the transaction, so
        that instants become visible in their order.
        """
        stored_time = await self._connection.fetchval(_NEXT, self._tenant_id, now)
        assert isinstance(stored_time, datetime)
        return stored_time

    async def is_sealed(self, instant: datetime) -> bool:
        """Tells whether nothing can be stored before `instant` any more."""
        return bool(await self._connection.fetchval(_IS_SEALED, self._tenant_id, instant))

    async def seal(self, instant: datetime) -> None:
        """Waits for those who are storing; whoever comes later stores at `instant` or after."""
        await self._connection.execute(_SEAL, self._tenant_id, instant)

    async def seal_all(self, now: datetime) -> datetime:
        """Seals an instant, `now` or just after, before which lies all that has been stored."""
        instant = await self._connection.fetchval(_SEAL_ALL, self._tenant_id, now)
        assert isinstance(instant, datetime)
        return instant
