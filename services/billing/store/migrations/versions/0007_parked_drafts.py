"""Drafts that are parked and released, and the earlier months that a bill covers.

Revision ID: 0007
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0007"
down_revision = "0006"

# What the rows that are there have been meaning all along; as defaults, because row-level security
# keeps an UPDATE of the owner from seeing any.
MEANT: tuple[tuple[str, Column[Any]], ...] = (
    ("draft_invoices", Column("covered_months", ARRAY(Text), nullable=False, server_default="{}")),
    ("draft_invoices", Column("invoice_count", Integer, nullable=False, server_default="0")),
    ("draft_invoices", Column("parked", JSONB, nullable=False, server_default="[]")),
    ("invoices", Column("covered_months", ARRAY(Text), nullable=False, server_default="{}")),
)

metadata = new_metadata()

draft_releases = Table(
    "draft_releases",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("as_of_time", DateTime(timezone=True), primary_key=True),
    Column("parked", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("release_time", DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    """Adds the columns and the releases."""
    for table, column in MEANT:
        op.add_column(table, column)
        op.alter_column(table, column.name, server_default=None)
    draft_releases.create(op.get_bind())
    protect(op, draft_releases.name, append_only=True)


def downgrade() -> None:
    """Removes the columns and the releases."""
    draft_releases.drop(op.get_bind())
    for table, column in MEANT:
        op.drop_column(table, column.name)
