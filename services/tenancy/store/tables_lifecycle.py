"""The tables of lifecycle runs.

They do not refer to the tenant: they stay for as long as its invoices do.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from services.tenancy.store.tables import metadata

lifecycle_runs: Final = Table(
    "lifecycle_runs",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Counts who has taken the run up.
    Column("lease", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_attempt_time", DateTime(timezone=True), nullable=False),
    Column("end_time", DateTime(timezone=True)),
    # When the client's service ends, of runs that end it.
    Column("service_end_time", DateTime(timezone=True)),
    # Whether the client itself asked for it.
    Column("is_by_client", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("run_id"),
    Index(
        "ix_lifecycle_runs_due",
        "next_attempt_time",
        postgresql_where=text("state IN ('RUNNING', 'WAITING')"),
    ),
)

lifecycle_steps: Final = Table(
    "lifecycle_steps",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("start_time", DateTime(timezone=True)),
    Column("end_time", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant_id", "run_id"], ["lifecycle_runs.tenant_id", "lifecycle_runs.run_id"]
    ),
)
