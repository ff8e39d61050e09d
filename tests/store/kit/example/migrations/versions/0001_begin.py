"""Begins the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.partitions import create_partition_function
from services.kit.db.roles import grant_service, protect, protect_operator_only
from services.kit.db.tables import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kit_tables(op)
    op.create_table(
        "notes",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("note_id", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("entry_id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("amount", sa.Numeric, nullable=False),
    )
    op.create_table(
        "days",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_table("carriers", sa.Column("carrier_id", sa.Text, primary_key=True))
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    protect(op, "notes")
    protect(op, "entries", append_only=True)
    protect(op, "days")
    protect_operator_only(op, "carriers")
    grant_service(op, "cursors")
    create_partition_function(op, "days")
