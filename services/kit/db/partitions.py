"""Monthly partitions, made by the owner on the service's demand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.roles import SERVICE_OPTION, Operations, identifier, role_names

# A definer's function, because the service owns no table and must not. Attaching takes a
# weaker lock on the parent than CREATE TABLE … PARTITION OF: readers and writers go on.
_FUNCTION = """
CREATE FUNCTION ensure_{table}_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first_day date := date_trunc('month', month)::date;
  midnight text := ' 00:00:00+00';
  partition text := '{table}_p' || to_char(first_day, 'YYYYMM');
BEGIN
  IF to_regclass('public.' || partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('{table}'), hashtext(partition));
  -- Not to_regclass: its cache does not learn of what was committed while we waited.
  IF EXISTS (SELECT FROM pg_class WHERE relname = partition
             AND relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  EXECUTE format(
    'CREATE TABLE public.%I (LIKE public.{table} INCLUDING ALL EXCLUDING IDENTITY)', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format(
    'ALTER TABLE public.{table} ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    partition, first_day || midnight, (first_day + interval '1 month')::date || midnight);
  RETURN true;
END $$
"""


def create_partition_function(op: Operations, table: str) -> None:
    """Creates what makes monthly partitions of `table`, RANGE-partitioned by a date or timestamptz.

    Months begin at midnight UTC. A partition can be reached through its parent alone.
    """
    roles = role_names(op.get_context().opts[SERVICE_OPTION])
    op.execute(
        text(
            _FUNCTION.format(table=identifier(table)).replace(":=", "\\:=").replace("::", "\\:\\:")
        )
    )
    signature = f"ensure_{table}_partition(date)"
    op.execute(text(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"))
    op.execute(text(f"GRANT EXECUTE ON FUNCTION {signature} TO {roles.service}, {roles.operator}"))


async def ensure_partition(connection: AsyncConnection, table: str, month: date) -> bool:
    """Creates the partition of `table` for the month that `month` lies in, if it is missing.

    Returns whether it was created. Safe with any number of callers at once.
    """
    statement = text(f"SELECT ensure_{identifier(table)}_partition(:month)")
    return bool(await connection.scalar(statement, {"month": month}))
