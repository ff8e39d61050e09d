"""Whether a user may log in.

Revision ID: 0008
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the column; who is there may go on logging in."""
    op.add_column("users", Column("state", Text, nullable=False, server_default=text("'ACTIVE'")))


def downgrade() -> None:
    """Removes the column."""
    op.drop_column("users", "state")
