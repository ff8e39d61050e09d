"""The table of how journals and the dialer's tables agree."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, Table, Text

from services.telephony.store.tables import metadata

reconciliations: Final = Table(
    "reconciliations",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("journal_calls", BigInteger, nullable=False),
    Column("journal_seconds", BigInteger, nullable=False),
    Column("table_calls", BigInteger, nullable=False),
    Column("table_seconds", BigInteger, nullable=False),
    Column("matched_calls", BigInteger, nullable=False),
    Column("journal_only_calls", BigInteger, nullable=False),
    Column("table_only_calls", BigInteger, nullable=False),
    Column("explained_legs", BigInteger, nullable=False),
    Column("explained_seconds", BigInteger, nullable=False),
    Column("is_drift", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("run_count", Integer, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Index("ix_reconciliations_date", "local_date", "tenant_id"),
)
