"""Stores batches of calls: COPY to a staging table, then whole batches by set operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Any, Final

from services.kit.telemetry import noted_statement
from services.usage.domain.calls import Columns
from services.usage.domain.histogram import Bucket, Movement, Place
from services.usage.store.connection import Connection

STAGED_COLUMNS: Final = (*Columns._fields, "local_date", "zone")
_NAMES: Final = ", ".join(STAGED_COLUMNS)
# What a correction may change: all but the identity, and the local date, which follows from it.
_BODY: Final = tuple(name for name in Columns._fields if name != "call_id")

# Whatever the planner knows of tables that grow by ten thousand rows at a time, looking calls up
# one by one by their keys is right, and reading a whole partition is not.
_STAGE: Final = """
SET LOCAL enable_seqscan = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_material = off;
SET LOCAL enable_memoize = off;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_calls (
  call_id text COLLATE "C", direction smallint, route text COLLATE "C",
  called_number text COLLATE "C", caller_number text COLLATE "C", start_time_millis bigint,
  answer_time_millis bigint, end_time_millis bigint, billable_seconds integer,
  hangup_cause smallint, conversation_id text COLLATE "C", campaign text COLLATE "C",
  list text COLLATE "C", agent text COLLATE "C", disposition text COLLATE "C",
  end_is_estimated boolean,
  local_date date, zone text COLLATE "C") ON COMMIT DELETE ROWS
"""

# The calls stored beside a batch's: few, when a dialer's calls come as they end. To read them in
# the order of their ids is far cheaper than to look ten thousand ids up.
_NEIGHBOURS: Final = """
SELECT array_agg(call_id) FROM (
  SELECT call_id FROM calls WHERE tenant_id = $1 AND call_id BETWEEN $2 AND $3 LIMIT $4) n
"""
_KNOWN: Final = """
SELECT s.call_id FROM staged_calls s WHERE EXISTS (
  SELECT FROM calls c WHERE c.tenant_id = $1 AND c.call_id = s.call_id)
"""

_INSERT: Final = f"INSERT INTO calls (tenant_id, {_NAMES}) SELECT $1, {_NAMES} FROM staged_calls s"  # noqa: S608
_INSERT_UNKNOWN: Final = f"""{_INSERT} WHERE NOT EXISTS (
  SELECT FROM calls c WHERE c.tenant_id = $1 AND c.call_id = s.call_id)
"""

# Nearly every batch is all new, and then nothing moves but upwards: one round trip.
_STORE_NEW: Final = f"""
WITH stored AS ({_INSERT}),
d AS (
  SELECT * FROM unnest($3::date[], $4::smallint[], $5::text[], $6::text[], $7::integer[],
    $8::bigint[]) AS d (local_date, direction, zone, route, billable_seconds, calls)
), moved AS (
  INSERT INTO histogram AS h (tenant_id, local_date, direction, zone, route, billable_seconds,
    calls)
  SELECT $1, d.* FROM d
  ON CONFLICT (tenant_id, local_date, direction, zone, route, billable_seconds)
  DO UPDATE SET calls = h.calls + excluded.calls
), kept AS (
  INSERT INTO histogram_changes (tenant_id, stored_time, local_date, directions, zones, routes,
    billable_seconds, calls_differences)
  SELECT $1, $2, d.local_date, array_agg(d.direction), array_agg(d.zone), array_agg(d.route),
    array_agg(d.billable_seconds), array_agg(d.calls)
  FROM d GROUP BY d.local_date
)
INSERT INTO day_totals AS t (tenant_id, local_date, direction, calls, answered_calls,
  billable_seconds)
SELECT $1, * FROM unnest($9::date[], $10::smallint[], $11::bigint[], $12::bigint[], $13::bigint[])
ON CONFLICT (tenant_id, local_date, direction) DO UPDATE SET calls = t.calls + excluded.calls,
  answered_calls = t.answered_calls + excluded.answered_calls,
  billable_seconds = t.billable_seconds + excluded.billable_seconds
"""  # noqa: S608

_REVISE: Final = f"""
WITH changed AS (
  SELECT c.tenant_id, c.call_id, c.local_date, c.revision_count + 1 AS revision,
    {", ".join(f"s.{name}" for name in _BODY)},
    CASE WHEN c.called_number = s.called_number THEN c.zone ELSE s.zone END AS zone,
    c.direction AS direction_before, c.zone AS zone_before, c.route AS route_before,
    c.billable_seconds AS billable_seconds_before,
    c.answer_time_millis <> 0 AS is_answered_before, c.is_withdrawn,
    to_jsonb(c) - '{{tenant_id,call_id,revision_count}}'::text[] AS body_before,
    to_jsonb(s) - 'call_id' AS staged
  FROM staged_calls s JOIN calls c ON c.tenant_id = $1 AND c.call_id = s.call_id
  WHERE ({", ".join(f"c.{name}" for name in _BODY)})
    IS DISTINCT FROM ({", ".join(f"s.{name}" for name in _BODY)})
), kept AS (
  INSERT INTO call_revisions (tenant_id, call_id, revision, stored_time, body_before, body_after)
  SELECT tenant_id, call_id, revision, $2, body_before,
    staged || jsonb_build_object('local_date', local_date, 'zone', zone)
  FROM changed
), revised AS (
  UPDATE calls c SET revision_count = n.revision, zone = n.zone,
    {", ".join(f"{name} = n.{name}" for name in _BODY)}
  FROM changed n WHERE c.tenant_id = $1 AND c.call_id = n.call_id
)
SELECT local_date, direction_before, zone_before, route_before, billable_seconds_before,
  is_answered_before, direction, zone, route, billable_seconds, answer_time_millis <> 0,
  is_withdrawn
FROM changed
"""  # noqa: S608

_MOVE: Final = """
MERGE INTO histogram h USING (
  SELECT * FROM unnest($2::date[], $3::smallint[], $4::text[], $5::text[], $6::integer[],
    $7::bigint[]) AS d (local_date, direction, zone, route, billable_seconds, calls)) d
ON h.tenant_id = $1 AND h.local_date = d.local_date AND h.direction = d.direction
  AND h.zone = d.zone AND h.route = d.route AND h.billable_seconds = d.billable_seconds
WHEN MATCHED THEN UPDATE SET calls = h.calls + d.calls
WHEN NOT MATCHED THEN INSERT (tenant_id, local_date, direction, zone, route, billable_seconds,
  calls) VALUES ($1, d.local_date, d.direction, d.zone, d.route, d.billable_seconds, d.calls)
"""

_KEEP_MOVE: Final = """
INSERT INTO histogram_changes (tenant_id, stored_time, local_date, directions, zones, routes,
  billable_seconds, calls_differences)
SELECT $1, $8, d.local_date, array_agg(d.direction), array_agg(d.zone), array_agg(d.route),
  array_agg(d.billable_seconds), array_agg(d.calls)
FROM unnest($2::date[], $3::smallint[], $4::text[], $5::text[], $6::integer[], $7::bigint[])
  AS d (local_date, direction, zone, route, billable_seconds, calls)
GROUP BY d.local_date
"""

_ADD_TO_DAYS: Final = """
MERGE INTO day_totals t USING (
  SELECT * FROM unnest($2::date[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS d (local_date, direction, calls, answered_calls, billable_seconds)) d
ON t.tenant_id = $1 AND t.local_date = d.local_date AND t.direction = d.direction
WHEN MATCHED THEN UPDATE SET calls = t.calls + d.calls,
  answered_calls = t.answered_calls + d.answered_calls,
  billable_seconds = t.billable_seconds + d.billable_seconds
WHEN NOT MATCHED THEN INSERT (tenant_id, local_date, direction, calls, answered_calls,
  billable_seconds) VALUES ($1, d.local_date, d.direction, d.calls, d.answered_calls,
  d.billable_seconds)
"""


class Ingest:
    """Stores one batch of one tenant, in the transaction of `connection`."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def stage(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Takes in the batch, rows of STAGED_COLUMNS; nobody else sees it, or waits for it."""
        await self._connection.execute(_STAGE)
        with noted_statement("COPY staged_calls FROM STDIN"):
            await self._connection.copy_records_to_table(
                "staged_calls", records=rows, columns=STAGED_COLUMNS
            )

    async def known_ids(self, staged_ids: Set[str]) -> Set[str]:
        """Gives those of the staged calls' ids that are stored already."""
        bounds = min(staged_ids), max(staged_ids)
        limit = len(staged_ids) + 1
        found = await self._connection.fetchval(_NEIGHBOURS, self._tenant_id, *bounds, limit)
        if found is None or len(found) < limit:
            return staged_ids & set(found or ())
        return {row[0] for row in await self._connection.fetch(_KNOWN, self._tenant_id)}

    async def store_new(self, moved: Movement, stored_time: datetime) -> None:
        """Stores the staged calls, all of which are new, and moves the figures."""
        columns = (*_columns(moved.buckets), *map(list, zip(*moved.days, strict=True)))
        await self._connection.execute(_STORE_NEW, self._tenant_id, stored_time, *columns)

    async def insert_unknown(self) -> None:
        """Stores those of the staged calls that are new."""
        await self._connection.execute(_INSERT_UNKNOWN, self._tenant_id)

    async def revise(self, stored_time: datetime) -> tuple[int, list[tuple[Place, Place]]]:
        """Revises the stored calls that differ from the staged ones, keeping what they were.

        Gives how many did, and the places before and after of those that count in the figures.
        """
        rows = await self._connection.fetch(_REVISE, self._tenant_id, stored_time)
        counting = [tuple(row)[:-1] for row in rows if not row["is_withdrawn"]]
        return len(rows), [(Place(*row[:6]), Place(row[0], *row[6:])) for row in counting]

    async def move(self, moved: Movement, stored_time: datetime) -> None:
        """Moves the figures by their differences, and keeps that they were moved."""
        if moved.buckets:
            columns = _columns(moved.buckets)
            await self._connection.execute(_MOVE, self._tenant_id, *columns)
            await self._connection.execute(_KEEP_MOVE, self._tenant_id, *columns, stored_time)
        if moved.days:
            days = map(list, zip(*moved.days, strict=True))
            await self._connection.execute(_ADD_TO_DAYS, self._tenant_id, *days)


def _columns(buckets: Mapping[Bucket, int]) -> list[list[Any]]:
    return [*map(list, zip(*buckets, strict=True)), list(buckets.values())]
