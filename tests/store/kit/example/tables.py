"""Tables of the example store: one of each kind of protection."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Identity, Numeric, Table, Text

from services.kit.db.tables import new_metadata

metadata = new_metadata()

notes = Table(
    "notes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("note_id", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("entry_id", BigInteger, Identity(), primary_key=True),
    Column("amount", Numeric, nullable=False),
)

days = Table(
    "days",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("calls", BigInteger, nullable=False),
    postgresql_partition_by="RANGE (day)",
)

carriers = Table("carriers", metadata, Column("carrier_id", Text, primary_key=True))

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
