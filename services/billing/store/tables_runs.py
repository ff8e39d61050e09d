"""The tables of invoice runs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, DateTime, ForeignKeyConstraint, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.billing.store.tables import metadata

# The last one holds; none means that nothing runs by itself.
invoice_run_policies: Final = Table(
    "invoice_run_policies",
    metadata,
    Column("set_time", DateTime(timezone=True), primary_key=True),
    Column("mode", Text, nullable=False),
    Column("grace_seconds", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
)

invoice_runs: Final = Table(
    "invoice_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("is_issuing", Boolean, nullable=False),
    Column("is_scheduled", Boolean, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Index("ix_invoice_runs_create_time_run_id", "create_time", "run_id"),
)

# What a run has to do for each tenant, and what came of it.
invoice_run_tasks: Final = Table(
    "invoice_run_tasks",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    # When it is due; for a task that is being done, when its lease ends.
    Column("next_attempt_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["run_id"], ["invoice_runs.run_id"]),
    Index("ix_invoice_run_tasks_run_id_tenant_id", "run_id", "tenant_id"),
    Index("ix_invoice_run_tasks_state_next_attempt_time", "state", "next_attempt_time"),
)
