"""The support access that a session is of.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column; sessions from before are of the tenants' own people."""
    op.add_column("sessions", Column("support_access", Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("sessions", "support_access")
