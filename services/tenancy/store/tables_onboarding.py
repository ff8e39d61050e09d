"""The tables of onboarding runs and of accepted agreements.

Neither refers to the tenant: both stay when a run was undone.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
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

agreement_acceptances: Final = Table(
    "agreement_acceptances",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("acceptance_id", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("way", Text, nullable=False),
    Column("signer_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("accept_time", DateTime(timezone=True), nullable=False),
)
