"""The table of what happened to clients' accounts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from services.billing.store.tables import metadata

client_events = Table(
    "client_events",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    # In the order in which they became visible, over all tenants.
    Column("position", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("position"),
)
