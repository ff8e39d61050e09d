"""Whether a call's end is an estimate.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the mark; what is stored has ends as they were measured."""
    op.add_column(
        "calls", Column("end_is_estimated", Boolean, nullable=False, server_default=false())
    )


def downgrade() -> None:
    """Forgets the mark."""
    op.drop_column("calls", "end_is_estimated")
