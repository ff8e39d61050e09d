"""The tables of price notices, the proof of each, and how long they run."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Integer, Table, Text

from services.billing.store.tables import metadata

# Of the price book that comes into force on that day.
price_notices: Final = Table(
    "price_notices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    # Of the book in force before.
    Column("previous_effective_date", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# Each thing once for each subject.
price_notice_events: Final = Table(
    "price_notice_events",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    Column("event_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "effective_date"],
        ["price_notices.tenant_id", "price_notices.effective_date"],
    ),
)

# The latest version holds.
price_notice_terms: Final = Table(
    "price_notice_terms",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("notice_days", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_time", DateTime(timezone=True), nullable=False),
)
