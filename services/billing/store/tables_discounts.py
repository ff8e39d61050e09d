"""The tables of discounts, coupons and taxes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.billing.store.tables import metadata

# A percentage or an amount; no items are all items.
coupons: Final = Table(
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

# Each from a first month to before an end, empty for ever.
discounts: Final = Table(
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

# Of a seller: the latest that has come is in force.
tax_rates: Final = Table(
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

# The latest version holds.
tax_terms: Final = Table(
    "tax_terms",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_charging", Boolean, nullable=False),
    Column("place", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_time", DateTime(timezone=True), nullable=False),
)

tax_exemptions: Final = Table(
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
