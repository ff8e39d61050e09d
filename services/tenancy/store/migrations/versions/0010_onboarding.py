"""Onboarding runs, and agreements that were accepted.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op
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

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0010"
down_revision = "0009"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

onboarding_runs = Table(
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

onboarding_steps = Table(
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

agreement_acceptances = Table(
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

_TABLES = (onboarding_runs, onboarding_steps, agreement_acceptances)


def upgrade() -> None:
    """Creates the tables; what was accepted is never changed."""
    for table in _TABLES:
        table.create(op.get_bind())
        protect(op, table.name, append_only=table is agreement_acceptances)


def downgrade() -> None:
    """Removes the tables."""
    for table in reversed(_TABLES):
        table.drop(op.get_bind())
