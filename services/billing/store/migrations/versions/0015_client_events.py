"""What happened to clients' accounts, in one order.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.db.roles import protect

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds the table; what happened before is not told."""
    op.create_table(
        "client_events",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("position", name="uq_client_events_position"),
    )
    protect(op, "client_events", append_only=True)


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("client_events")
