"""The table of invitations; one that was taken up or back is gone, and in the audit log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from services.tenancy.store.tables import metadata

invitations: Final = Table(
    "invitations",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("invitation_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    # SHA-256 of the link's token: who reads this table cannot join with it.
    Column("token_hash", LargeBinary, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    # Of the mail with its link; empty if none was sent.
    Column("notice_id", Text, nullable=False),
    UniqueConstraint("tenant_id", "email"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
