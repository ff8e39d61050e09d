"""The mail that an invitation's link was sent by.

Revision ID: 0021
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Adds the column, empty for invitations whose link was passed on by hand."""
    op.add_column("invitations", Column("notice_id", Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("invitations", "notice_id")
