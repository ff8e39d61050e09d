"""The table of the audit log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, text

from services.tenancy.store.tables import metadata

audit_entries: Final = Table(
    "audit_entries",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # 1, 2, 3 and so on, without gaps.
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_time", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    # As JSON text: what is hashed must come back as it was.
    Column("differences", Text, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # By which another service told it; none of what tenancy changed itself.
    Column("change_id", Text),
    Index(
        "audit_entries_told",
        "tenant_id",
        "change_id",
        unique=True,
        postgresql_where=text("change_id IS NOT NULL"),
    ),
)
