"""Reads the usage of months."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.usage.domain.measurement import Meter
from services.usage.domain.quantities import Span
from services.usage.domain.summary import Day, Summary
from services.usage.store.connection import Connection

# One row at least: what holds for the month stands in each row beside a day.
_SUMMARY: Final = """
SELECT m.last_stored_time, m.did_count, d.*
FROM (SELECT
    (SELECT nullif(last_stored_time, '-infinity')
      FROM ingest_state WHERE tenant_id = $1) AS last_stored_time,
    (SELECT count(DISTINCT subject) FROM measurements WHERE tenant_id = $1
      AND local_date >= $2 AND local_date < $3 AND meter = $4 AND quantity > 0) AS did_count) m
LEFT JOIN (
  SELECT local_date, sum(calls)::bigint, sum(answered_calls)::bigint, sum(billable_seconds)::bigint
  FROM day_totals WHERE tenant_id = $1 AND local_date >= $2 AND local_date < $3
  GROUP BY local_date) d ON true
ORDER BY d.local_date
"""


class Summaries:
    """The months of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def of_span(self, span: Span) -> Summary:
        """Gives the usage of a month, in one statement, so all of one moment."""
        rows = await self._connection.fetch(
            _SUMMARY, self._tenant_id, span.start_date, span.end_date, Meter.DID_DAYS
        )
        stored_time, did_count = rows[0][:2]
        return Summary(
            days=[Day(*row[2:]) for row in map(tuple, rows) if row[2] is not None],
            did_count=did_count,
            # Whoever is storing now will store after this instant; all others have stored.
            as_of_time=stored_time and stored_time + timedelta(microseconds=1),
        )
