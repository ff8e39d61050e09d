"""Terms of wallets, gates, dunning.

Revision ID: 0011
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.db.roles import protect
from services.kit.db.tables import NAMING

revision = "0011"
down_revision = "0010"

metadata = MetaData(naming_convention=NAMING)

wallet_terms = Table(
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

gates = Table(
    "gates",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("state", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("live_call_count", Integer, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
)

gate_changes = Table(
    "gate_changes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("state", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
)

wallet_alerts = Table(
    "wallet_alerts",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("alert_time", DateTime(timezone=True), nullable=False),
)

dunning_policies = Table(
    "dunning_policies",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("payment_days", Integer, nullable=False),
    Column("steps", JSONB, nullable=False),
)

dunning_cases = Table(
    "dunning_cases",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("invoice_id", Text, nullable=False),
    Column("held_until", Date),
)

dunning_events = Table(
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

_CHANGING = (wallet_terms, gates, dunning_policies, dunning_cases)
_APPEND_ONLY = (gate_changes, wallet_alerts, dunning_events)


def upgrade() -> None:
    """Creates the tables."""
    for table in _CHANGING + _APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=table in _APPEND_ONLY)


def downgrade() -> None:
    """Removes them."""
    for table in _APPEND_ONLY + _CHANGING:
        table.drop(op.get_bind())
