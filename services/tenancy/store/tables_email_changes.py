"""The table of addresses that users want to log in with; one that was confirmed is gone."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Table, Text

from services.tenancy.store.tables import metadata

email_changes: Final = Table(
    "email_changes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("new_email", Text, nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
