"""The tables of onboarding runs; a run does not refer to its tenant, and stays when undone."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import JSONB

from services.tenancy.store.tables import metadata

onboarding_runs: Final = Table(
    "onboarding_runs",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("setup", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Counts who has taken the run up.
    Column("lease", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_attempt_time", DateTime(timezone=True), nullable=False),
    Column("end_time", DateTime(timezone=True)),
    UniqueConstraint("run_id"),
    Index(
        "ix_onboarding_runs_due",
        "next_attempt_time",
        postgresql_where=text("state IN ('RUNNING', 'UNDOING')"),
    ),
)

onboarding_steps: Final = Table(
    "onboarding_steps",
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
        ["tenant_id", "run_id"], ["onboarding_runs.tenant_id", "onboarding_runs.run_id"]
    ),
)
