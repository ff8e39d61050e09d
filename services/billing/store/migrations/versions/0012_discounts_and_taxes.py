"""Discounts, coupons and taxes.

Revision ID: 0012
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.db.roles import protect, protect_operator_only
from services.kit.db.tables import new_metadata

revision = "0012"
down_revision = "0011"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

coupons = Table(
    "coupons",
    metadata,
    Column("coupon_id", Text, primary_key=True),
    Column("description", Text, nullable=False),
    Column("percent", Numeric),
    Column("amount", Numeric),
    Column("currency_code", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("month_count", Integer),
    Column("redemptions_max", Integer),
    Column("expire_time", DateTime(timezone=True)),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

discounts = Table(
    "discounts",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("discount_id", Text, primary_key=True),
    Column("description", Text, nullable=False),
    Column("percent", Numeric),
    Column("amount", Numeric),
    Column("currency_code", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("first_month", Text, nullable=False),
    Column("end_month", Text, nullable=False),
    Column("coupon_id", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

tax_rates = Table(
    "tax_rates",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("description", Text, nullable=False),
    Column("percent", Numeric, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

tax_terms = Table(
    "tax_terms",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_charging", Boolean, nullable=False),
    Column("place", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_time", DateTime(timezone=True), nullable=False),
)

tax_exemptions = Table(
    "tax_exemptions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("exemption_id", Text, primary_key=True),
    Column("certificate", Text, nullable=False),
    Column("codes", ARRAY(Text), nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

TENANTS = (discounts, tax_rates, tax_terms, tax_exemptions)


def upgrade() -> None:
    """Creates the tables; nothing in them is ever changed."""
    for table in (coupons, *TENANTS):
        table.create(op.get_bind())
    protect_operator_only(op, coupons.name, append_only=True)
    for table in TENANTS:
        protect(op, table.name, append_only=True)


def downgrade() -> None:
    """Removes the tables."""
    for table in (*reversed(TENANTS), coupons):
        table.drop(op.get_bind())
