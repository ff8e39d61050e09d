"""Price books, cost books and invoices.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
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

from services.kit.db.roles import protect, protect_operator_only
from services.kit.db.tables import create_kit_tables, new_metadata

revision = "0001"
down_revision = None

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

price_books = Table(
    "price_books",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

prices = Table(
    "prices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("effective_date", Date, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("unit_amount", Numeric, nullable=False),
    Column("rounding", Text),
    Column("first_increment_seconds", Integer),
    Column("next_increment_seconds", Integer),
    ForeignKeyConstraint(
        ["tenant_id", "effective_date"], ["price_books.tenant_id", "price_books.effective_date"]
    ),
)

# What the operator pays: without tenants, and shut to every tenant's transaction.
cost_books = Table(
    "cost_books",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

costs = Table(
    "costs",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("item", Text, primary_key=True),
    # Empty for all routes that have no cost of their own.
    Column("route", Text, primary_key=True),
    Column("unit_amount", Numeric, nullable=False),
    Column("rounding", Text),
    Column("first_increment_seconds", Integer),
    Column("next_increment_seconds", Integer),
    ForeignKeyConstraint(["effective_date"], ["cost_books.effective_date"]),
)

draft_invoices = Table(
    "draft_invoices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("as_of_time", DateTime(timezone=True), nullable=False),
)

invoices = Table(
    "invoices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("as_of_time", DateTime(timezone=True), nullable=False),
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
        Column("item", Text, nullable=False),
        Column("description", Text, nullable=False),
        Column("quantity", Numeric, nullable=False),
        Column("unit", Text, nullable=False),
        Column("unit_price", Numeric, nullable=False),
        Column("amount", Numeric, nullable=False),
        Column("start_date", Date, nullable=False),
        Column("end_date", Date, nullable=False),
        ForeignKeyConstraint(
            ["tenant_id", "month"],
            [of.c.tenant_id, of.c.month],
            # A draft goes with its lines; nobody may delete an invoice.
            ondelete="CASCADE" if of is draft_invoices else None,
        ),
    )


draft_invoice_lines = _lines("draft_invoice_lines", draft_invoices)
invoice_lines = _lines("invoice_lines", invoices)

invoice_documents = Table(
    "invoice_documents",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant_id", "month"], ["invoices.tenant_id", "invoices.month"]),
)

# The last position given out; the row's lock keeps a seller's numbers without gaps.
number_sequences = Table(
    "number_sequences",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_position", Integer, nullable=False),
)

APPEND_ONLY = (price_books, prices, invoices, invoice_lines, invoice_documents)
MUTABLE = (draft_invoices, draft_invoice_lines, number_sequences)
COSTS = (cost_books, costs)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=True)
    for table in MUTABLE:
        table.create(op.get_bind())
        protect(op, table.name)
    for table in COSTS:
        table.create(op.get_bind())
        protect_operator_only(op, table.name, append_only=True)


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in reversed((*APPEND_ONLY, *MUTABLE, *COSTS)):
        table.drop(op.get_bind())
