"""Where numbers are routed to, and what tenants keep.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, DateTime, MetaData, Table, Text

from services.kit.db.roles import protect

revision = "0009"
down_revision = "0008"

metadata = MetaData()

# What a tenant kept on a day of its own, as usage has been told.
kept_storage = Table(
    "kept_storage",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("recordings_bytes", BigInteger, nullable=False),
    Column("leads_bytes", BigInteger, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    """Adds targets of numbers, finds the last holder of one, and adds a table."""
    # A campaign or an agent of the tenant: "campaigns/{id}" or "agents/{id}".
    op.add_column("dids", Column("target", Text, nullable=False, server_default=""))
    op.create_index("ix_dids_did_id", "dids", ["did_id"])
    kept_storage.create(op.get_bind())
    protect(op, kept_storage.name)


def downgrade() -> None:
    """Removes them."""
    kept_storage.drop(op.get_bind())
    op.drop_index("ix_dids_did_id", "dids")
    op.drop_column("dids", "target")
