"""Whether a session began with the word of the tenant's own provider.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the column; those from before are taken for log-ins with a password."""
    op.add_column(
        "sessions",
        Column("is_vouched_for", Boolean, nullable=False, server_default=text("false")),
    )


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("sessions", "is_vouched_for")
