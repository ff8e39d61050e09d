"""Until when API keys are good, from where, and when they were used last.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the columns; the keys that are there stay good for ever, from anywhere."""
    op.add_column("api_keys", Column("expire_time", DateTime(timezone=True)))
    op.add_column(
        "api_keys",
        Column("allowed_networks", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    )
    op.add_column("api_keys", Column("last_use_time", DateTime(timezone=True)))


def downgrade() -> None:
    """Removes the columns."""
    for column in ("last_use_time", "allowed_networks", "expire_time"):
        op.drop_column("api_keys", column)
