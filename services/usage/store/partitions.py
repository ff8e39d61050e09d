"""Monthly partitions of calls, made by the owner on the service's demand."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from services.kit.db.partitions import ensure_partition
from services.kit.db.transaction import Database

# A definer's function, because the service owns no table and must not. The bounds are the first
# eight characters of a call id: the second at which the month begins (UTC), in base32hex.
PARTITION_FUNCTION: Final = """
CREATE FUNCTION ensure_calls_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first_day date := date_trunc('month', month)::date;
  partition text := 'calls_p' || to_char(first_day, 'YYYYMM');
  days date[] := ARRAY[first_day, (first_day + interval '1 month')::date];
  bounds text[];
BEGIN
  IF to_regclass('public.' || partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('calls'), hashtext(partition));
  -- Not to_regclass: it may remember that there was none before the wait for the lock.
  IF EXISTS (SELECT FROM pg_class WHERE relname = partition
      AND relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  SELECT array_agg(bound ORDER BY bound COLLATE "C") INTO bounds FROM (
    SELECT (
      SELECT string_agg(substr('0123456789abcdefghijklmnopqrstuv',
          ((extract(epoch FROM day)::bigint >> shift) & 31)::int + 1, 1), '' ORDER BY shift DESC)
      FROM generate_series(0, 35, 5) shift) AS bound
    FROM unnest(days) day) bound_of_days;
  EXECUTE format(
    'CREATE TABLE public.%I (LIKE public.calls INCLUDING ALL EXCLUDING IDENTITY)', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format(
    'ALTER TABLE public.calls ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    partition, bounds[1], bounds[2]);
  RETURN true;
END $$
"""


class CallPartitions:
    """Makes partitions before they are needed; remembers those that are there."""

    def __init__(self, database: Database[Any]) -> None:
        self._database = database
        self._known: set[date] = set()

    async def ensure(self, months: set[date]) -> None:
        """Makes the partitions of months, given as their first days (UTC), that are missing."""
        for month in sorted(months - self._known):
            # In a transaction of its own: no batch waits for another one's end to see it.
            async with self._database.operator_connection() as connection:
                await ensure_partition(connection, "calls", month)
            self._known.add(month)
