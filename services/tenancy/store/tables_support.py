"""Tables of the looks that staff were given at clients' accounts, and of who wants none."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, DateTime, ForeignKeyConstraint, Index, Table, Text

from services.tenancy.store.tables import metadata

support_accesses: Final = Table(
    "support_accesses",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("access_id", Text, primary_key=True),
    # Resource name of who has it.
    Column("staff", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Column("begin_time", DateTime(timezone=True)),
    Column("end_time", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
    Index("ix_support_accesses_latest", "tenant_id", "create_time", "access_id"),
)

support_policies: Final = Table(
    "support_policies",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("may_look", Boolean, nullable=False),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
