"""The tables of credit notes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from services.billing.store.tables import metadata

credit_notes: Final = Table(
    "credit_notes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("seller_display_name", Text, nullable=False),
    Column("buyer_display_name", Text, nullable=False),
    Column("issue_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("seller_id", "number"),
    ForeignKeyConstraint(["tenant_id", "month"], ["invoices.tenant_id", "invoices.month"]),
)

credit_note_lines: Final = Table(
    "credit_note_lines",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    # That of the invoice's line.
    Column("position", Integer, primary_key=True),
    # The account of the ledger that the line was posted to.
    Column("account", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "number"], ["credit_notes.tenant_id", "credit_notes.number"]
    ),
)

credit_note_documents: Final = Table(
    "credit_note_documents",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "number"], ["credit_notes.tenant_id", "credit_notes.number"]
    ),
)

# The last position given out; the row's lock keeps a seller's numbers without gaps.
credit_note_sequences: Final = Table(
    "credit_note_sequences",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_position", Integer, nullable=False),
)
