"""The day on which the periods of drafts and invoices begin.

Revision ID: 0013
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, text

revision = "0013"
down_revision = "0012"

_TABLES = ("draft_invoices", "invoices")


def upgrade() -> None:
    """Adds the day; so far every period has begun on the first."""
    for table in _TABLES:
        op.add_column(
            table, Column("anchor_day", Integer, nullable=False, server_default=text("1"))
        )


def downgrade() -> None:
    """Forgets the day."""
    for table in _TABLES:
        op.drop_column(table, "anchor_day")
