"""The tables of wallets, gates and dunning."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, DateTime, Integer, Numeric, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.billing.store.tables import metadata

# What was agreed with a client about paying ahead, credit and caps.
wallet_terms: Final = Table(
    "wallet_terms",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("credit_limit", Numeric),
    Column("daily_cap", Numeric),
    Column("monthly_cap", Numeric),
    Column("alert_below", Numeric),
    Column("top_up_below", Numeric),
    Column("top_up_amount", Numeric),
    Column("reserve_seconds", Integer, nullable=False),
)

# What each account lets through as it was last worked out, and the live calls it was told of.
gates: Final = Table(
    "gates",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("state", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("live_call_count", Integer, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
)

# Each opening and shutting of a gate.
gate_changes: Final = Table(
    "gate_changes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("state", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
)

# What a client was told of, once in each month.
wallet_alerts: Final = Table(
    "wallet_alerts",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("alert_time", DateTime(timezone=True), nullable=False),
)

# How a seller goes after overdue invoices; the tenant is the seller.
dunning_policies: Final = Table(
    "dunning_policies",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("payment_days", Integer, nullable=False),
    Column("steps", JSONB, nullable=False),
)

# The clients that were ever overdue, and where they are now.
dunning_cases: Final = Table(
    "dunning_cases",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("invoice_id", Text, nullable=False),
    Column("held_until", Date),
)

# Each step that was come to, and each hold.
dunning_events: Final = Table(
    "dunning_events",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("invoice_id", Text, nullable=False),
    Column("held_until", Date),
    Column("reason", Text, nullable=False),
    Column("event_time", DateTime(timezone=True), nullable=False),
)
