"""When hosts started, and how journals and the dialer's tables agree.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Text, text

from services.kit.db.roles import protect

revision = "0007"
down_revision = "0006"

_COUNTS = (
    "journal_calls", "journal_seconds", "table_calls", "table_seconds", "matched_calls",
    "journal_only_calls", "table_only_calls", "explained_legs", "explained_seconds",
)  # fmt: skip


def upgrade() -> None:
    """Adds them."""
    op.add_column(
        "host_signs", Column("start_time", Text, nullable=False, server_default=text("''"))
    )
    op.create_table(
        "reconciliations",
        Column("tenant_id", Text, primary_key=True),
        Column("local_date", Date, primary_key=True),
        *(Column(name, BigInteger, nullable=False) for name in _COUNTS),
        Column("is_drift", Boolean, nullable=False),
        Column("reason", Text, nullable=False),
        Column("run_count", Integer, nullable=False),
        Column("update_time", DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_reconciliations_date", "reconciliations", ["local_date", "tenant_id"])
    protect(op, "reconciliations")


def downgrade() -> None:
    """Forgets them."""
    op.drop_table("reconciliations")
    op.drop_column("host_signs", "start_time")
