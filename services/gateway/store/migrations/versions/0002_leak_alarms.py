"""Leak alarms, and the words that are a client's own.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect, protect_operator_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "own_words",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
    )
    protect(op, "own_words")
    op.create_table(
        "leak_alarms",
        sa.Column("leak_alarm_id", sa.Text, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("excerpt", sa.Text, nullable=False),
        sa.Column("answer_count", sa.Integer, nullable=False),
        sa.Column("first_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_time", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_leak_alarms_last_time", "leak_alarms", ["last_time", "leak_alarm_id"])
    protect_operator_only(op, "leak_alarms")


def downgrade() -> None:
    """Removes them."""
    op.drop_table("leak_alarms")
    op.drop_table("own_words")
