"""The tables of billing's store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.db.tables import new_metadata

metadata: Final = new_metadata()


def _tariff() -> tuple[Column[Any], ...]:
    """Gives the columns of a duration tariff; nulls and zeros where there is none."""
    return (
        Column("rounding", Text),
        Column("first_increment_seconds", Integer),
        Column("next_increment_seconds", Integer),
        Column("free_seconds", Integer, nullable=False),
        Column("minimum_seconds", Integer, nullable=False),
        Column("connect_fee", Numeric, nullable=False),
    )


def _price() -> tuple[Column[Any], ...]:
    """Gives the columns of a price, with what tells it from others of its book."""
    return (
        Column("item", Text, primary_key=True),
        # The class of calls; empty is any.
        Column("direction", Text, primary_key=True),
        Column("zone", Text, primary_key=True),
        Column("model", Text, nullable=False),
        # Of a unit, a month or a package, as the model has it; none if it has tiers.
        Column("unit_amount", Numeric),
        Column("package_size", Numeric),
        # [[last quantity or null, price of a unit], ...] as texts: JSON has no exact numbers.
        Column("tiers", JSONB(none_as_null=True)),
        Column("included_quantity", Numeric, nullable=False),
        Column("minimum_amount", Numeric, nullable=False),
        *_tariff(),
    )


# What the operator offers: without tenants, and shut to every tenant's transaction.
plan_versions: Final = Table(
    "plan_versions",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # Without limit where null.
    Column("max_concurrent_calls", Integer),
    Column("max_agents", Integer),
    Column("max_campaigns", Integer),
    Column("max_dids", Integer),
    Column("max_storage_gigabytes", Integer),
)

plan_prices: Final = Table(
    "plan_prices",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    *_price(),
    ForeignKeyConstraint(["plan", "version"], ["plan_versions.plan", "plan_versions.version"]),
)

price_books: Final = Table(
    "price_books",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("proration", Text, nullable=False),
    # The version of a plan that it was made from; empty if none.
    Column("plan", Text, nullable=False),
)

prices: Final = Table(
    "prices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    *_price(),
    ForeignKeyConstraint(
        ["tenant_id", "effective_date"], ["price_books.tenant_id", "price_books.effective_date"]
    ),
)

# What the operator pays: without tenants, and shut to every tenant's transaction.
cost_books: Final = Table(
    "cost_books",
    metadata,
    # Whose book it is; empty for the general one.
    Column("carrier", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

costs: Final = Table(
    "costs",
    metadata,
    Column("carrier", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("item", Text, primary_key=True),
    # Empty for all routes that have no cost of their own.
    Column("route", Text, primary_key=True),
    # The class of calls; empty is any.
    Column("direction", Text, primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("unit_amount", Numeric, nullable=False),
    *_tariff(),
    ForeignKeyConstraint(
        ["carrier", "effective_date"], ["cost_books.carrier", "cost_books.effective_date"]
    ),
)

draft_invoices: Final = Table(
    "draft_invoices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("anchor_day", Integer, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("as_of_time", DateTime(timezone=True), nullable=False),
    # Earlier months that it bills too, as far as they differ from what was billed for them.
    Column("covered_months", ARRAY(Text), nullable=False),
    # How many invoices the tenant had when it was made.
    Column("invoice_count", Integer, nullable=False),
    # [[reason, message], ...]; none if nothing is the matter.
    Column("parked", JSONB, nullable=False),
)

invoices: Final = Table(
    "invoices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("anchor_day", Integer, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("as_of_time", DateTime(timezone=True), nullable=False),
    Column("covered_months", ARRAY(Text), nullable=False),
    Column("number", Text, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("seller_display_name", Text, nullable=False),
    Column("buyer_display_name", Text, nullable=False),
    Column("issue_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("seller_id", "number"),
)


def _lines(name: str, of: Table) -> Table:
    return Table(
        name,
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("month", Text, primary_key=True),
        Column("position", Integer, primary_key=True),
        # Empty for a tax, and for a discount on everything.
        Column("item", Text, nullable=False),
        Column("description", Text, nullable=False),
        Column("quantity", Numeric, nullable=False),
        Column("unit", Text, nullable=False),
        Column("unit_price", Numeric, nullable=False),
        Column("amount", Numeric, nullable=False),
        Column("start_date", Date, nullable=False),
        Column("end_date", Date, nullable=False),
        Column("kind", Text, nullable=False),
        # Of the tax or the discount; empty for others.
        Column("code", Text, nullable=False),
        # What an adjustment corrects; empty for others.
        Column("original_month", Text, nullable=False),
        ForeignKeyConstraint(
            ["tenant_id", "month"],
            [of.c.tenant_id, of.c.month],
            # A draft goes with its lines; nobody may delete an invoice.
            ondelete="CASCADE" if of is draft_invoices else None,
        ),
    )


draft_invoice_lines: Final = _lines("draft_invoice_lines", draft_invoices)
invoice_lines: Final = _lines("invoice_lines", invoices)

invoice_documents: Final = Table(
    "invoice_documents",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant_id", "month"], ["invoices.tenant_id", "invoices.month"]),
)

# The last position given out; the row's lock keeps a seller's numbers without gaps.
number_sequences: Final = Table(
    "number_sequences",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_position", Integer, nullable=False),
)
