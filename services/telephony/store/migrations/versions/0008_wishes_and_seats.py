"""Who wants a tenant to be stopped, and how many agents were logged in at once.

Revision ID: 0008
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Text

from services.kit.db.roles import protect

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds them; what has been asked for so far was asked for by the operator."""
    op.create_table(
        "service_state_wishes",
        Column("tenant_id", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("state", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("keep_inbound", Boolean, nullable=False),
        Column("change_time", DateTime(timezone=True), nullable=False),
    )
    protect(op, "service_state_wishes")
    op.execute(
        "INSERT INTO service_state_wishes"
        " SELECT tenant_id, 'OPERATOR', state, reason, keep_inbound, change_time"
        " FROM service_states"
    )
    op.create_table(
        "seat_peaks",
        Column("tenant_id", Text, primary_key=True),
        Column("local_date", Date, primary_key=True),
        Column("seats", Integer, nullable=False),
    )
    protect(op, "seat_peaks")


def downgrade() -> None:
    """Removes them."""
    op.drop_table("seat_peaks")
    op.drop_table("service_state_wishes")
