"""Tables of the gateway's store; what Alembic compares with."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text

from services.kit.db.tables import new_metadata

metadata = new_metadata()

sessions = Table(
    "sessions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # SHA-256 of the cookie: who reads this table cannot log in with it.
    Column("token_digest", LargeBinary, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # Moves on with use, never beyond expire_time.
    Column("idle_expire_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Column("revoke_time", DateTime(timezone=True)),
    Index("ix_sessions_tenant_id_subject", "tenant_id", "subject"),
    Index("ix_sessions_tenant_id_idle_expire_time", "tenant_id", "idle_expire_time"),
)
