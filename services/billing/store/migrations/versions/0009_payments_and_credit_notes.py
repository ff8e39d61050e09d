"""Credit notes, payments, and cards.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0009"
down_revision = "0008"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

# As much of it as is referred to; it is there already.
invoices = Table(
    "invoices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
)

credit_notes = Table(
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

credit_note_lines = Table(
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

credit_note_documents = Table(
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
credit_note_sequences = Table(
    "credit_note_sequences",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_position", Integer, nullable=False),
)

# Intents and what became of them; the money itself is in the ledger.
payments = Table(
    "payments",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("payment_id", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("seller_id", Text, nullable=False),
    # Empty if it is for the oldest.
    Column("invoice_id", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # Of payments by card alone.
    Column("is_automatic", Boolean, nullable=False),
    # The number of the attempt that is under way or was the last, from 1 on.
    Column("attempt", Integer, nullable=False),
    # Whether the processor may have been told of that attempt.
    Column("is_attempted", Boolean, nullable=False),
    # The processor's own id of the card that it is made with.
    Column("card_id", Text, nullable=False),
    Column("next_attempt_time", DateTime(timezone=True)),
    Column("decline_reason", Text, nullable=False),
    # The processor's own id of it.
    Column("processor_id", Text, nullable=False),
    Index("ix_payments_due", "next_attempt_time", postgresql_where=text("state = 'PENDING'")),
    Index("ix_payments_processor_id", "processor_id"),
    # One payment by card of an invoice at a time.
    Index(
        "uq_payments_pending",
        "tenant_id",
        "invoice_id",
        unique=True,
        postgresql_where=text("state = 'PENDING' AND method = 'CARD'"),
    ),
)

refunds = Table(
    "refunds",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("refund_id", Text, primary_key=True),
    Column("payment_id", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_attempt_time", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant_id", "payment_id"], ["payments.tenant_id", "payments.payment_id"]
    ),
    Index("ix_refunds_due", "next_attempt_time", postgresql_where=text("state = 'PENDING'")),
)

# Who a tenant is at the processor.
processor_customers = Table(
    "processor_customers",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# The latest is the one on file.
cards = Table(
    "cards",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # The processor's own id of it.
    Column("card_id", Text, primary_key=True),
    Column("brand", Text, nullable=False),
    Column("last_digits", Text, nullable=False),
    Column("expire_month", Integer, nullable=False),
    Column("expire_year", Integer, nullable=False),
    Column("setup_time", DateTime(timezone=True), nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("is_automatic", Boolean, nullable=False),
)

# What the processor told, once by its id.
processor_events = Table(
    "processor_events",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("receive_time", DateTime(timezone=True), nullable=False),
)

APPEND_ONLY = (
    credit_notes,
    credit_note_lines,
    credit_note_documents,
    processor_customers,
    cards,
    processor_events,
)
MUTABLE = (credit_note_sequences, payments, refunds, collections)


def upgrade() -> None:
    """Creates the tables."""
    for table in APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=True)
    for table in MUTABLE:
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes them."""
    for table in reversed((*APPEND_ONLY, *MUTABLE)):
        table.drop(op.get_bind())
