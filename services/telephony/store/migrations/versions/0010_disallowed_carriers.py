"""Carriers that tenants' calls may not take.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

from services.kit.db.roles import protect

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "disallowed_carriers",
        Column("tenant_id", Text, primary_key=True),
        Column("carrier_id", Text, primary_key=True),
    )
    protect(op, "disallowed_carriers")


def downgrade() -> None:
    """Forgets them."""
    op.drop_table("disallowed_carriers")
