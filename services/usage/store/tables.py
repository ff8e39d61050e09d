"""The tables of usage's store."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.db.tables import new_metadata

metadata: Final = new_metadata()


def _text(name: str, primary_key: bool = False) -> Column[str]:
    # Compared byte by byte: call ids must be in the order of their starts, and it is the fastest.
    return Column(name, Text(collation="C"), primary_key=primary_key, nullable=False)


def _key(name: str) -> Column[str]:
    return _text(name, primary_key=True)


# Partitioned by month: an id begins with the second of the call's start. So the primary key,
# which must hold the partition key, is unique over all partitions (docs/decisions/0020).
calls: Final = Table(
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
    # Nobody measured it: the dialer died during the call, and a policy ended it.
    Column("end_is_estimated", Boolean, nullable=False, server_default=false()),
    # In the record, but not in any figure: the operator charges it no more.
    Column("is_withdrawn", Boolean, nullable=False, server_default=false()),
    postgresql_partition_by="RANGE (call_id)",
)

# What a call was before each correction, and what it became by it.
call_revisions: Final = Table(
    "call_revisions",
    metadata,
    _key("tenant_id"),
    _key("call_id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("stored_time", DateTime(timezone=True), nullable=False),
    Column("body_before", JSONB, nullable=False),
    Column("body_after", JSONB, nullable=False),
)

# Each time that a call was withdrawn or put back.
call_withdrawals: Final = Table(
    "call_withdrawals",
    metadata,
    _key("tenant_id"),
    _key("call_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("is_withdrawn", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("stored_time", DateTime(timezone=True), nullable=False),
)

histogram: Final = Table(
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

# By how much the bars of a day moved at an instant: parallel arrays, since thousands of bars move
# at once. The key begins with the date, so that what changed in one month's days after an instant
# is found without reading what changed in other months' days.
histogram_changes: Final = Table(
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

day_totals: Final = Table(
    "day_totals",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    Column("calls", BigInteger, CheckConstraint("calls >= 0", name="calls"), nullable=False),
    Column("answered_calls", BigInteger, nullable=False),
    Column("billable_seconds", BigInteger, nullable=False),
)

# One row a tenant, locked by whoever stores for it. What is stored from now on is stored after
# last_stored_time, and not before sealed_before, for which somebody has been given figures.
ingest_state: Final = Table(
    "ingest_state",
    metadata,
    _key("tenant_id"),
    Column("last_stored_time", DateTime(timezone=True), nullable=False),
    Column("sealed_before", DateTime(timezone=True), nullable=False),
)

measurements: Final = Table(
    "measurements",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("meter", SmallInteger, primary_key=True, autoincrement=False),
    _key("subject"),
    Column("quantity", Numeric(18, 6), nullable=False),
)

# Every quantity that a reading ever had, the present one included.
measurement_revisions: Final = Table(
    "measurement_revisions",
    metadata,
    _key("tenant_id"),
    Column("local_date", Date, primary_key=True),
    Column("meter", SmallInteger, primary_key=True, autoincrement=False),
    _key("subject"),
    Column("stored_time", DateTime(timezone=True), primary_key=True),
    Column("quantity", Numeric(18, 6), nullable=False),
    Index(
        "ix_measurement_revisions_tenant_id_local_date_stored_time",
        "tenant_id",
        "local_date",
        "stored_time",
    ),
)

# The operator's own zones, before those of the public numbering plans. Of no tenant.
zone_prefixes: Final = Table(
    "zone_prefixes",
    metadata,
    _key("prefix"),
    _text("zone"),
    CheckConstraint("prefix ~ '^[1-9][0-9]{0,14}$'", name="prefix"),
)

# Whose events of calls are kept, and until when they are.
call_event_wishes: Final = Table(
    "call_event_wishes",
    metadata,
    _key("tenant_id"),
    Column("until_time", DateTime(timezone=True), nullable=False),
)

# That a call was stored, or what became of it was told differently: in the order of storing.
call_events: Final = Table(
    "call_events",
    metadata,
    _key("tenant_id"),
    Column("stored_time", DateTime(timezone=True), primary_key=True),
    _key("call_id"),
    Column("is_new", Boolean, nullable=False),
    Column("is_disposed", Boolean, nullable=False),
)
