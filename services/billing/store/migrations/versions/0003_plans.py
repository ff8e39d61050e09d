"""Plans, with the first versions of those that are sold.

Revision ID: 0003
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.db.roles import protect_operator_only
from services.kit.db.tables import new_metadata

revision = "0003"
down_revision = "0002"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

plan_prices = Table(
    "plan_prices",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("model", Text, nullable=False),
    Column("unit_amount", Numeric),
    Column("package_size", Numeric),
    Column("tiers", JSONB(none_as_null=True)),
    Column("included_quantity", Numeric, nullable=False),
    Column("minimum_amount", Numeric, nullable=False),
    Column("rounding", Text),
    Column("first_increment_seconds", Integer),
    Column("next_increment_seconds", Integer),
    Column("free_seconds", Integer, nullable=False),
    Column("minimum_seconds", Integer, nullable=False),
    Column("connect_fee", Numeric, nullable=False),
    ForeignKeyConstraint(["plan", "version"], ["plan_versions.plan", "plan_versions.version"]),
)

# Plan, name, then prices of the platform, a minute (rounded up once a month) and a number. Storage
# and support hours are agreed with each client; without a price they cannot be charged.
SOLD = (
    ("bronze", "Bronze", "299", "0.03", "5"),
    ("silver", "Silver", "499", "0.025", "3"),
    ("gold", "Gold", "999", "0.02", "2"),
)
MADE = datetime(2025, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Creates the tables and fills them while they are not shut to their owner yet."""
    op.add_column("price_books", Column("plan", Text, nullable=False, server_default=""))
    op.alter_column("price_books", "plan", server_default=None)
    for table in (plan_versions, plan_prices):
        table.create(op.get_bind())
    for plan, name, platform, minute, did in SOLD:
        key = {"plan": plan, "version": 1}
        head = {"display_name": name, "currency_code": "USD", "create_time": MADE}
        op.bulk_insert(plan_versions, [{**key, **head}])
        prices = {"PLATFORM_LICENSE": platform, "MINUTES": minute, "DIDS": did}
        op.bulk_insert(plan_prices, [{**key, **_price(*each)} for each in prices.items()])
    for table in (plan_versions, plan_prices):
        protect_operator_only(op, table.name, append_only=True)


def downgrade() -> None:
    """Removes the plans; books keep the prices that they were made with."""
    plan_prices.drop(op.get_bind())
    plan_versions.drop(op.get_bind())
    op.drop_column("price_books", "plan")


def _price(item: str, amount: str) -> dict[str, Any]:
    increment = 60 if item == "MINUTES" else None
    return {
        "item": item,
        "direction": "",
        "zone": "",
        "model": "PER_UNIT",
        "unit_amount": Decimal(amount),
        "included_quantity": 0,
        "minimum_amount": 0,
        "rounding": "PER_PERIOD" if increment else None,
        "first_increment_seconds": increment,
        "next_increment_seconds": increment,
        "free_seconds": 0,
        "minimum_seconds": 0,
        "connect_fee": 0,
    }
