"""Reads and writes readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from services.usage.domain.measurement import Measurement, Meter
from services.usage.store.connection import Connection

_RECORD: Final = """
WITH given AS (
  SELECT * FROM unnest($3::date[], $4::smallint[], $5::text[], $6::numeric[])
    AS g (local_date, meter, subject, quantity)
), changed AS (
  SELECT g.* FROM given g LEFT JOIN measurements m ON m.tenant_id = $1
    AND m.local_date = g.local_date AND m.meter = g.meter AND m.subject = g.subject
  WHERE m.quantity IS DISTINCT FROM g.quantity
), kept AS (
  INSERT INTO measurement_revisions (tenant_id, stored_time, local_date, meter, subject, quantity)
  SELECT $1, $2, changed.* FROM changed
)
INSERT INTO measurements (tenant_id, local_date, meter, subject, quantity)
SELECT $1, changed.* FROM changed
ON CONFLICT (tenant_id, local_date, meter, subject) DO UPDATE SET quantity = excluded.quantity
"""

_LIST: Final = """
SELECT local_date, meter, subject, quantity FROM measurements
WHERE tenant_id = $1 AND (local_date, meter, subject) < ($2, $3, $4)
ORDER BY local_date DESC, meter DESC, subject DESC LIMIT $5
"""

# Beyond every reading: no meter has this number.
AFTER_ALL: Final = (date.max, 32_767, "")


class Measurements:
    """The readings of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def record(self, measurements: Sequence[Measurement], stored_time: datetime) -> None:
        """Stores readings that are new or have another quantity, and keeps what they were."""
        await self._connection.execute(
            _RECORD,
            self._tenant_id,
            stored_time,
            [reading.local_date for reading in measurements],
            [reading.meter for reading in measurements],
            [reading.subject for reading in measurements],
            [reading.quantity for reading in measurements],
        )

    async def list_before(
        self, before: tuple[date, int, str] | None, limit: int
    ) -> list[Measurement]:
        """Gives at most `limit` readings after the one at `before`, latest date first."""
        place = before or AFTER_ALL
        rows = await self._connection.fetch(_LIST, self._tenant_id, *place, limit)
        return [
            Measurement(row["local_date"], Meter(row["meter"]), row["subject"], row["quantity"])
            for row in rows
        ]
