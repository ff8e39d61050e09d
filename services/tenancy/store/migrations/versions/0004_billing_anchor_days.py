"""The day of the month on which billing periods begin, and how often a tenant was edited.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the day, and a version for edits; so far every period has begun on the first."""
    op.add_column(
        "tenants",
        Column("billing_anchor_day", Integer, nullable=False, server_default=text("1")),
    )
    op.add_column("tenants", Column("version", Integer, nullable=False, server_default=text("1")))
    op.create_check_constraint(
        "billing_anchor_day", "tenants", "billing_anchor_day BETWEEN 1 AND 31"
    )


def downgrade() -> None:
    """Forgets the day and the version."""
    op.drop_column("tenants", "version")
    op.drop_column("tenants", "billing_anchor_day")
