"""Whether a client itself asked for the end of its service.

Revision ID: 0015
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Says so of every run; of those that there are, nobody knows better."""
    op.add_column(
        "lifecycle_runs",
        Column("is_by_client", Boolean, nullable=False, server_default=text("false")),
    )


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("lifecycle_runs", "is_by_client")
