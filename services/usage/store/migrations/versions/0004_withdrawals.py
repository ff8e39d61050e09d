"""Calls that are charged no more.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    false,
)

from services.kit.db.roles import protect
from services.kit.db.tables import NAMING

revision = "0004"
down_revision = "0003"

metadata = MetaData(naming_convention=NAMING)

call_withdrawals = Table(
    "call_withdrawals",
    metadata,
    Column("tenant_id", Text(collation="C"), primary_key=True),
    Column("call_id", Text(collation="C"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("is_withdrawn", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("stored_time", DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    """Adds the mark and the record of who set it; every call is charged."""
    op.add_column("calls", Column("is_withdrawn", Boolean, nullable=False, server_default=false()))
    call_withdrawals.create(op.get_bind())
    protect(op, call_withdrawals.name, append_only=True)


def downgrade() -> None:
    """Forgets the withdrawals."""
    call_withdrawals.drop(op.get_bind())
    op.drop_column("calls", "is_withdrawn")
