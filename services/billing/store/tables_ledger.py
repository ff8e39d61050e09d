"""The tables of the ledger."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
)

from services.billing.store.tables import metadata

ledger_transactions: Final = Table(
    "ledger_transactions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # What caused it, which can be posted once.
    Column("source", Text, primary_key=True),
    Column("seller_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    # So that nothing can be added to it later.
    Column("entry_count", Integer, nullable=False),
    Column("post_time", DateTime(timezone=True), nullable=False),
    Index("ix_ledger_transactions_tenant_id_post_time", "tenant_id", "post_time"),
)

ledger_entries: Final = Table(
    "ledger_entries",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    # Debit above zero, credit below.
    Column("amount", Numeric, nullable=False),
    # The invoice that it makes due or settles; empty for what is on account.
    Column("invoice_id", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "source"], ["ledger_transactions.tenant_id", "ledger_transactions.source"]
    ),
    Index("ix_ledger_entries_tenant_id_account_invoice_id", "tenant_id", "account", "invoice_id"),
)
