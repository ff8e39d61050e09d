"""Campaigns and agents that clients make.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0004"
down_revision = "0003"

metadata = new_metadata()

client_campaigns = Table(
    "client_campaigns",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("campaign_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("dial_method", Text, nullable=False),
    Column("dial_level", Numeric, nullable=False),
    Column("caller_number", Text, nullable=False),
    Column("calling_hours", Text, nullable=False),
    Column("recording_mode", Text, nullable=False),
    # What is asked for, and what the dialer has.
    Column("version", BigInteger, nullable=False),
    Column("applied_version", BigInteger, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "number"),
)

client_agents = Table(
    "client_agents",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("agent_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("may_dial_manually", Boolean, nullable=False),
    # Only until the dialer has it.
    Column("pending_password", Text),
    Column("version", BigInteger, nullable=False),
    Column("applied_version", BigInteger, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "number"),
)


def upgrade() -> None:
    """Creates the tables."""
    for table in (client_campaigns, client_agents):
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes the tables."""
    for table in (client_agents, client_campaigns):
        table.drop(op.get_bind())
