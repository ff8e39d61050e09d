"""Lifecycle runs.

Revision ID: 0011
"""

from __future__ import annotations

from alembic import op
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

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0011"
down_revision = "0010"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

lifecycle_runs = Table(
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
    UniqueConstraint("run_id"),
    Index(
        "ix_lifecycle_runs_due",
        "next_attempt_time",
        postgresql_where=text("state = 'RUNNING'"),
    ),
)

lifecycle_steps = Table(
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

_TABLES = (lifecycle_runs, lifecycle_steps)


def upgrade() -> None:
    """Creates the tables."""
    for table in _TABLES:
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes the tables."""
    for table in reversed(_TABLES):
        table.drop(op.get_bind())
