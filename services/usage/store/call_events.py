"""Events of calls, kept for the tenants that somebody wants them of."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.usage.store.connection import Connection

WANTED_FOR: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=3)

# Where a reader is: the last event's stored time and call.
Place = tuple[datetime, str]

_WANT: Final = """
INSERT INTO call_event_wishes (tenant_id, until_time) VALUES ($1, $2)
ON CONFLICT (tenant_id) DO UPDATE SET until_time = excluded.until_time
"""
_FORGET: Final = "DELETE FROM call_events WHERE tenant_id = $1 AND stored_time < $2"
_IS_WANTED: Final = """
SELECT EXISTS (SELECT FROM call_event_wishes WHERE tenant_id = $1 AND until_time > $2)
"""
_ADD_NEW: Final = """
INSERT INTO call_events (tenant_id, stored_time, call_id, is_new, is_disposed)
SELECT $1, $2, call_id, true, disposition <> '' FROM staged_calls WHERE call_id <> ALL($3)
"""
_ADD_DISPOSED: Final = """
INSERT INTO call_events (tenant_id, stored_time, call_id, is_new, is_disposed)
SELECT $1, $2, call_id, false, true FROM call_revisions
WHERE tenant_id = $1 AND call_id = ANY($3) AND stored_time = $2
  AND body_before->>'disposition' IS DISTINCT FROM body_after->>'disposition'
"""
_LIST: Final = """
SELECT stored_time, call_id, is_new, is_disposed FROM call_events
WHERE tenant_id = $1 AND (stored_time, call_id) > ($2, $3)
ORDER BY stored_time, call_id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A call was stored, or what became of it was told differently."""

    stored_time: datetime
    call_id: str
    is_new: bool
    is_disposed: bool


class CallEvents:
    """The events of the tenant of the transaction.

    Who stores for a tenant stores after everybody before, so events are seen in their order.
    """

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def want(self, now: datetime) -> None:
        """Has events kept for a while, and forgets what is older than anybody reads."""
        await self._connection.execute(_WANT, self._tenant_id, now + WANTED_FOR)
        await self._connection.execute(_FORGET, self._tenant_id, now - KEPT_FOR)

    async def add_staged(self, known_ids: Set[str], stored_time: datetime) -> None:
        """Keeps what the staged calls tell that is new, if anybody wants to know."""
        if await self._connection.fetchval(_IS_WANTED, self._tenant_id, stored_time):
            known = self._tenant_id, stored_time, list(known_ids)
            await self._connection.execute(_ADD_NEW, *known)
            if known_ids:
                await self._connection.execute(_ADD_DISPOSED, *known)

    async def list_after(self, after: Place, limit: int) -> list[CallEvent]:
        """Gives at most `limit` events, in order, from behind `after` on."""
        rows = await self._connection.fetch(_LIST, self._tenant_id, *after, limit)
        return [CallEvent(*row) for row in rows]
