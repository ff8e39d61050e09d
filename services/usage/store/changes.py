"""Reads when days changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from services.usage.domain.quantities import Span
from services.usage.store.connection import Connection

# Each maximum is the last entry of an index, so that the number of changes does not matter.
_CHANGES: Final = """
SELECT day::date AS local_date, last.stored_time
FROM generate_series($2::date, $3::date - 1, interval '1 day') AS day
CROSS JOIN LATERAL (SELECT greatest(
  (SELECT max(stored_time) FROM histogram_changes h
   WHERE h.tenant_id = $1 AND h.local_date = day::date),
  (SELECT max(stored_time) FROM measurement_revisions r
   WHERE r.tenant_id = $1 AND r.local_date = day::date)) AS stored_time) AS last
WHERE last.stored_time >= $4 ORDER BY day
"""


class Change(NamedTuple):
    """A day and when it was changed last."""

    local_date: date
    last_stored_time: datetime


class Changes:
    """The changes of the figures of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def since(self, span: Span, instant: datetime) -> list[Change]:
        """Gives the days of a span that were changed at `instant` or after, in order."""
        rows = await self._connection.fetch(
            _CHANGES, self._tenant_id, span.start_date, span.end_date, instant
        )
        return [Change(*row) for row in rows]
