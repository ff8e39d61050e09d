"""Webhook endpoints, and what is sent to them.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.db.roles import grant_service, protect

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("endpoint_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("event_types", ARRAY(sa.Text), nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("previous_secret", sa.Text),
        sa.Column("previous_secret_end_time", sa.DateTime(timezone=True)),
        sa.Column("failing_since_time", sa.DateTime(timezone=True)),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
    )
    protect(op, "webhook_endpoints")
    _create_deliveries()
    op.create_table(
        "event_cursors",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("cursor", sa.Text, nullable=False),
    )
    grant_service(op, "event_cursors")


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("endpoint_id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", JSONB, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_time", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoints.tenant_id", "webhook_endpoints.endpoint_id"],
            ondelete="CASCADE",
        ),
    )
    latest = ["tenant_id", "endpoint_id", "create_time", "event_id"]
    op.create_index("ix_webhook_deliveries_latest", "webhook_deliveries", latest)
    op.create_index("ix_webhook_deliveries_create_time", "webhook_deliveries", ["create_time"])
    protect(op, "webhook_deliveries")


def downgrade() -> None:
    """Removes them."""
    op.drop_table("event_cursors")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")
