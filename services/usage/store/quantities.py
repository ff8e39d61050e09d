"""Reads quantities as they were stored before an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.usage.domain.measurement import Meter, MeterTotal
from services.usage.domain.quantities import Bar, Span
from services.usage.store.connection import Connection

# Sums by hashing. Until the server has counted a new month's rows it believes in a handful, and
# sorts all of them by their texts, which takes three times as long as the rest.
_BY_HASHING: Final = "SET LOCAL enable_sort = off"

# What is, without what came since. Changes are looked up day by day: a month's days hardly change
# once it is over, while the tenant's other days go on changing. One statement, so of one moment.
_BARS: Final = """
WITH present AS (
  SELECT direction, zone, route, billable_seconds, sum(calls) AS calls
  FROM histogram WHERE tenant_id = $1 AND local_date >= $2 AND local_date < $3
  GROUP BY direction, zone, route, billable_seconds
), since AS (
  SELECT c.direction, c.zone, c.route, c.billable_seconds, sum(c.calls) AS calls
  FROM generate_series(0, $3::date - $2::date - 1) AS day
  CROSS JOIN LATERAL (
    SELECT u.* FROM histogram_changes h CROSS JOIN unnest(h.directions, h.zones, h.routes,
      h.billable_seconds, h.calls_differences)
      AS u (direction, zone, route, billable_seconds, calls)
    WHERE h.tenant_id = $1 AND h.local_date = $2::date + day AND h.stored_time >= $4 OFFSET 0) c
  GROUP BY c.direction, c.zone, c.route, c.billable_seconds
)
SELECT direction, zone, route, billable_seconds,
  (p.calls - coalesce(s.calls, 0))::bigint AS calls
FROM present p LEFT JOIN since s USING (direction, zone, route, billable_seconds)
WHERE p.calls <> coalesce(s.calls, 0)
ORDER BY direction, zone, route, billable_seconds
"""

_METER_TOTALS: Final = """
SELECT meter, count(DISTINCT subject) FILTER (WHERE quantity > 0) AS subject_count,
  count(DISTINCT local_date) AS day_count, sum(quantity) AS sum, max(of_day) AS greatest_day
FROM (
  SELECT meter, subject, local_date, quantity,
    sum(quantity) OVER (PARTITION BY meter, local_date) AS of_day
  FROM (
    SELECT DISTINCT ON (local_date, meter, subject) local_date, meter, subject, quantity
    FROM measurement_revisions
    WHERE tenant_id = $1 AND local_date >= $2 AND local_date < $3 AND stored_time < $4
    ORDER BY local_date, meter, subject, stored_time DESC) latest) m
GROUP BY meter ORDER BY meter
"""


class StoredQuantities:
    """The quantities of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def bars(self, span: Span, as_of_time: datetime) -> list[Bar]:
        """Gives the duration histogram over a span, as stored before a sealed instant."""
        await self._connection.execute(_BY_HASHING)
        rows = await self._connection.fetch(
            _BARS, self._tenant_id, span.start_date, span.end_date, as_of_time
        )
        return [Bar(*row) for row in rows]

    async def meter_totals(self, span: Span, as_of_time: datetime) -> list[MeterTotal]:
        """Gives the meters' totals over a span, as stored before a sealed instant."""
        rows = await self._connection.fetch(
            _METER_TOTALS, self._tenant_id, span.start_date, span.end_date, as_of_time
        )
        return [MeterTotal(Meter(row["meter"]), *tuple(row)[1:]) for row in rows]
