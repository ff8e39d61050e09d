"""The tables of what tenants have in the dialer."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.telephony.store.tables import metadata

dialer_tenant_numbers: Final = Sequence("dialer_tenant_numbers", metadata=metadata)

# A tenant's number in the dialer, for ever: a removed tenant's is not given again.
dialer_tenants: Final = Table(
    "dialer_tenants",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("number"),
    UniqueConstraint("code"),
)

dialer_objects: Final = Table(
    "dialer_objects",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("object_id", Text, primary_key=True),
    Column("resource_id", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),
    Column("fields", JSONB, nullable=False, server_default=text("'{}'")),
    Column("held", JSONB, nullable=False, server_default=text("'{}'")),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    # The dialer's ids have no case and one owner.
    Index("uq_dialer_objects_object", "kind", func.lower(text("object_id")), unique=True),
)

provisioning_runs: Final = Table(
    "provisioning_runs",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("setup", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("trouble", Text, nullable=False, server_default=text("''")),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_attempt_time", DateTime(timezone=True), nullable=False),
    Column("end_time", DateTime(timezone=True)),
    # One run of a tenant at a time.
    Index(
        "uq_provisioning_runs_open",
        "tenant_id",
        unique=True,
        postgresql_where=text("state IN ('RUNNING', 'UNDOING', 'FAILED')"),
    ),
    Index(
        "ix_provisioning_runs_due",
        "next_attempt_time",
        postgresql_where=text("state IN ('RUNNING', 'UNDOING')"),
    ),
)

provisioning_steps: Final = Table(
    "provisioning_steps",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("trouble", Text, nullable=False, server_default=text("''")),
    Column("start_time", DateTime(timezone=True)),
    Column("end_time", DateTime(timezone=True)),
)

# Intents and outcomes, in order; never changed.
provisioning_journal: Final = Table(
    "provisioning_journal",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("entry_number", BigInteger, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=text("''")),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

dialer_drifts: Final = Table(
    "dialer_drifts",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("object_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("expected", Text, nullable=False),
    Column("actual", Text, nullable=False),
    Column("find_time", DateTime(timezone=True), nullable=False),
    Column("seen_time", DateTime(timezone=True), nullable=False),
)

sql_accesses: Final = Table(
    "sql_accesses",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("issue_time", DateTime(timezone=True), nullable=False),
)

service_states: Final = Table(
    "service_states",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("keep_inbound", Boolean, nullable=False),
    # Which change was asked for, and which one the dialer has.
    Column("version", BigInteger, nullable=False),
    Column("applied_version", BigInteger, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
    Column("apply_time", DateTime(timezone=True)),
)
