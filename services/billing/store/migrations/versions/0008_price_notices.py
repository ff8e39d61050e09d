"""Price notices, the proof of each, and how long they run.

Revision ID: 0008
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
)

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0008"
down_revision = "0007"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()


def _book_key() -> tuple[Column[Any], ...]:
    return (
        Column("tenant_id", Text, primary_key=True),
        Column("effective_date", Date, primary_key=True),
    )


price_notices = Table(
    "price_notices",
    metadata,
    *_book_key(),
    Column("previous_effective_date", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

price_notice_events = Table(
    "price_notice_events",
    metadata,
    *_book_key(),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    Column("event_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "effective_date"],
        ["price_notices.tenant_id", "price_notices.effective_date"],
    ),
)

price_notice_terms = Table(
    "price_notice_terms",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("notice_days", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_time", DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    """Creates the tables; nothing in them is ever changed."""
    for table in (price_notices, price_notice_events, price_notice_terms):
        table.create(op.get_bind())
        protect(op, table.name, append_only=True)


def downgrade() -> None:
    """Removes the tables."""
    for table in (price_notice_terms, price_notice_events, price_notices):
        table.drop(op.get_bind())
