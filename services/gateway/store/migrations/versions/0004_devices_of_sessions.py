"""What the browser of a session calls itself.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column, empty for sessions from before."""
    op.add_column("sessions", Column("device", Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("sessions", "device")
