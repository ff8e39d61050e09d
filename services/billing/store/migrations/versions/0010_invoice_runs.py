"""Runs over all tenants' months, and when they happen by themselves.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, ForeignKeyConstraint, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.db.roles import protect, protect_operator_only
from services.kit.db.tables import new_metadata

revision = "0010"
down_revision = "0009"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

invoice_run_policies = Table(
    "invoice_run_policies",
    metadata,
    Column("set_time", DateTime(timezone=True), primary_key=True),
    Column("mode", Text, nullable=False),
    Column("grace_seconds", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
)

invoice_runs = Table(
    "invoice_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("is_issuing", Boolean, nullable=False),
    Column("is_scheduled", Boolean, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Index("ix_invoice_runs_create_time_run_id", "create_time", "run_id"),
)

invoice_run_tasks = Table(
    "invoice_run_tasks",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["run_id"], ["invoice_runs.run_id"]),
    Index("ix_invoice_run_tasks_run_id_tenant_id", "run_id", "tenant_id"),
    Index("ix_invoice_run_tasks_state_next_attempt_time", "state", "next_attempt_time"),
)


def upgrade() -> None:
    """Creates the tables."""
    for table in (invoice_run_policies, invoice_runs):
        table.create(op.get_bind())
        protect_operator_only(op, table.name, append_only=True)
    invoice_run_tasks.create(op.get_bind())
    protect(op, invoice_run_tasks.name)


def downgrade() -> None:
    """Removes the tables."""
    for table in (invoice_run_tasks, invoice_runs, invoice_run_policies):
        table.drop(op.get_bind())
