"""The table of notes about clients; what was deleted is gone, and in the operator's audit log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Table, Text

from services.tenancy.store.tables import metadata

client_notes: Final = Table(
    "client_notes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("note_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
