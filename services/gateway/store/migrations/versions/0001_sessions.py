"""Sessions.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text

from services.kit.db.roles import protect
from services.kit.db.tables import create_kit_tables, new_metadata

revision = "0001"
down_revision = None

# The table as this revision made it, whatever it has become since.
sessions = Table(
    "sessions",
    new_metadata(),
    Column("tenant_id", Text, primary_key=True),
    Column("token_digest", LargeBinary, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("idle_expire_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Column("revoke_time", DateTime(timezone=True)),
    Index("ix_sessions_tenant_id_subject", "tenant_id", "subject"),
    Index("ix_sessions_tenant_id_idle_expire_time", "tenant_id", "idle_expire_time"),
)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    sessions.create(op.get_bind())
    protect(op, "sessions")


def downgrade() -> None:
    """Removes the store's own table."""
    sessions.drop(op.get_bind())
