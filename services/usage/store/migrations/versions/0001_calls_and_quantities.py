"""Calls, histogram, measurements.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.db.roles import protect, role_names
from services.kit.db.tables import NAMING, create_kit_tables

revision = "0001"
down_revision = None

# The tables as they were when this was written; what they are is in tables.py.
metadata = MetaData(naming_convention=NAMING)


def _text(name: str, primary_key: bool = False) -> Column[str]:
    return Column(name, Text(collation="C"), primary_key=primary_key, nullable=False)


def _key(name: str) -> Column[str]:
    return _text(name, primary_key=True)


calls = Table(
    "calls",
    metadata,
    Column("start_time_millis", BigInteger, nullable=False),
    Column("answer_time_millis", BigInteger, nullable=False),
    Column("end_time_millis", BigInteger, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("billable_seconds", Integer, nullable=False),
    Column("revision_count", Integer, nullable=False, server_default=text("0")),
    Column("direction", SmallInteger, nullable=False),
    Column("hangup_cause", SmallInteger, nullable=False),
    _key("tenant_id"),
    _key("call_id"),
    _text("zone"),
    _text("route"),
    _text("called_number"),
    _text("caller_number"),
    _text("conversation_id"),
    _text("campaign"),
    _text("list"),
    _text("agent"),
    _text("disposition"),
    postgresql_partition_by="RANGE (call_id)",
)

call_revisions = Table(
    "call_revisions",
    metadata,
    _key("tenant_id"),
    _key("call_id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("stored_time", DateTime(timezone=True), nullable=False),
    Column("body_before", JSONB, nullable=False),
    Column("body_after", JSONB, nullable=False),
)

histogram = Table(
    "histogram",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    _key("zone"),
    _key("route"),
    Column("billable_seconds", Integer, primary_key=True, autoincrement=False),
    Column("calls", BigInteger, CheckConstraint("calls >= 0", name="calls"), nullable=False),
)

histogram_changes = Table(
    "histogram_changes",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("stored_time", DateTime(timezone=True), primary_key=True),
    Column("directions", ARRAY(SmallInteger), nullable=False),
    Column("zones", ARRAY(Text), nullable=False),
    Column("routes", ARRAY(Text), nullable=False),
    Column("billable_seconds", ARRAY(Integer), nullable=False),
    Column("calls_differences", ARRAY(BigInteger), nullable=False),
)

day_totals = Table(
    "day_totals",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    Column("calls", BigInteger, CheckConstraint("calls >= 0", name="calls"), nullable=False),
    Column("answered_calls", BigInteger, nullable=False),
    Column("billable_seconds", BigInteger, nullable=False),
)

ingest_state = Table(
    "ingest_state",
    metadata,
    _key("tenant_id"),
    Column("last_stored_time", DateTime(timezone=True), nullable=False),
    Column("sealed_before", DateTime(timezone=True), nullable=False),
)

measurements = Table(
    "measurements",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("meter", SmallInteger, primary_key=True, autoincrement=False),
    _key("subject"),
    Column("quantity", Numeric(18, 6), nullable=False),
)

measurement_revisions = Table(
    "measurement_revisions",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("meter", SmallInteger, primary_key=True, autoincrement=False),
    _key("subject"),
    Column("stored_time", DateTime(timezone=True), primary_key=True),
    Column("quantity", Numeric(18, 6), nullable=False),
)

zone_prefixes = Table(
    "zone_prefixes",
    metadata,
    _key("prefix"),
    _text("zone"),
    CheckConstraint("prefix ~ '^[1-9][0-9]{0,14}$'", name="prefix"),
)

# A definer's function, because the service owns no table and must not. The bounds are the first
# eight characters of a call id: the second at which the month begins (UTC), in base32hex.
PARTITION_FUNCTION = """
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

_CHANGING = (calls, histogram, day_totals, ingest_state, measurements)
_APPEND_ONLY = (call_revisions, histogram_changes, measurement_revisions)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in _CHANGING + _APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=table in _APPEND_ONLY)
    for table in (histogram, day_totals, ingest_state):
        # Updated with every batch: room in each page keeps updates off the index.
        op.execute(f"ALTER TABLE {table.name} SET (fillfactor = 50)")
    # The same policy, but asked once a statement instead of once a row: batches are long.
    tenant = "tenant_id = (SELECT nullif(current_setting('app.tenant', true), ''))"
    op.execute(f"ALTER POLICY tenant ON calls USING ({tenant}) WITH CHECK ({tenant})")
    _create_zone_prefixes()
    _create_partition_function()


def downgrade() -> None:
    """Removes the store's own tables."""
    op.execute("DROP FUNCTION ensure_calls_partition(date)")
    for table in (zone_prefixes, *_APPEND_ONLY, *_CHANGING):
        table.drop(op.get_bind())


def _create_zone_prefixes() -> None:
    # No tenant's, so no policy: every transaction reads it, the operator alone writes it.
    roles = role_names("usage")
    zone_prefixes.create(op.get_bind())
    op.execute(f"GRANT SELECT ON zone_prefixes TO {roles.service}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON zone_prefixes TO {roles.operator}")


def _create_partition_function() -> None:
    roles = role_names("usage")
    op.execute(text(PARTITION_FUNCTION.replace(":", "\\:")))
    op.execute("REVOKE ALL ON FUNCTION ensure_calls_partition(date) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION ensure_calls_partition(date)"
        f" TO {roles.service}, {roles.operator}"
    )
