"""Tables of webhooks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.gateway.store.tables import metadata

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("endpoint_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    # All of them if none is named.
    Column("event_types", ARRAY(Text), nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    # What events are signed with: whoever checks them has to have it too.
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_secret_end_time", DateTime(timezone=True)),
    Column("failing_since_time", DateTime(timezone=True)),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("endpoint_id", Text, primary_key=True),
    # The same for all endpoints, and made from what happened: an event is sent once.
    Column("event_id", Text, primary_key=True),
    Column("event_type", Text, nullable=False),
    # Byte by byte what is sent, since it is signed.
    Column("payload", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The latest, latest first.
    Column("attempts", JSONB, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_attempt_time", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant_id", "endpoint_id"],
        ["webhook_endpoints.tenant_id", "webhook_endpoints.endpoint_id"],
        ondelete="CASCADE",
    ),
    Index("ix_webhook_deliveries_latest", "tenant_id", "endpoint_id", "create_time", "event_id"),
    Index("ix_webhook_deliveries_create_time", "create_time"),
)

# How far events of others have been taken over.
event_cursors = Table(
    "event_cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
)
