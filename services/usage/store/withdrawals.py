"""Writes which calls are charged no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.usage.domain.histogram import Place
from services.usage.store.connection import Connection

_MARK: Final = """
UPDATE calls SET is_withdrawn = $3
WHERE tenant_id = $1 AND call_id = $2 AND is_withdrawn <> $3
RETURNING local_date, direction, zone, route, billable_seconds, answer_time_millis <> 0
"""
_KEEP: Final = """
INSERT INTO call_withdrawals (tenant_id, call_id, position, is_withdrawn, reason, decided_by,
  stored_time)
SELECT $1, $2, count(*) + 1, $3, $4, $5, $6 FROM call_withdrawals
WHERE tenant_id = $1 AND call_id = $2
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """That a call is to be charged no more, or again; who says so and why."""

    call_id: str
    is_withdrawn: bool
    reason: str
    decided_by: str


class Withdrawals:
    """The withdrawals of the tenant of the transaction, which holds its ingest state."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def set(self, decision: Decision, stored_time: datetime) -> Place | None:
        """Marks the call and keeps why; gives where it counts, or None if it was marked so."""
        key = self._tenant_id, decision.call_id, decision.is_withdrawn
        row = await self._connection.fetchrow(_MARK, *key)
        if row is None:
            return None
        await self._connection.execute(
            _KEEP, *key, decision.reason, decision.decided_by, stored_time
        )
        return Place(*row)
