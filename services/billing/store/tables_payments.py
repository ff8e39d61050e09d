"""The tables of payments."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)

from services.billing.store.tables import metadata

# Intents and what became of them; the money itself is in the ledger.
payments: Final = Table(
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

refunds: Final = Table(
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
processor_customers: Final = Table(
    "processor_customers",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# The latest is the one on file.
cards: Final = Table(
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

collections: Final = Table(
    "collections",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("is_automatic", Boolean, nullable=False),
)

# What the processor told, once by its id.
processor_events: Final = Table(
    "processor_events",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("receive_time", DateTime(timezone=True), nullable=False),
)
