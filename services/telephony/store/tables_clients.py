"""The tables of what clients make in the dialer."""

from __future__ import annotations

from typing import Final

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

from services.telephony.store.tables import metadata

client_campaigns: Final = Table(
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

client_agents: Final = Table(
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
