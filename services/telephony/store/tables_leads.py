"""The tables of lists, uploads of leads, numbers not to call, and numbers in stock."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.telephony.store.tables import metadata

lead_lists: Final = Table(
    "lead_lists",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("campaign_id", Text, nullable=False),
    Column("default_region", Text, nullable=False),
    Column("state", Text, nullable=False),
    # What is asked for, and what the dialer has.
    Column("version", BigInteger, nullable=False),
    Column("applied_version", BigInteger, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "number"),
)

lead_uploads: Final = Table(
    "lead_uploads",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("upload_id", Text, primary_key=True),
    Column("list_id", Text, nullable=False),
    # Of the same numbers as lists: its leads wait in a list that no campaign has.
    Column("number", Integer, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("duplicate_scope", Text, nullable=False),
    Column("auto_start", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("received_bytes", BigInteger, nullable=False),
    Column("read_rows", BigInteger, nullable=False),
    Column("accepted_rows", BigInteger, nullable=False),
    Column("rejected_rows", JSONB, nullable=False),
    Column("failure", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("end_time", DateTime(timezone=True)),
    UniqueConstraint("tenant_id", "number"),
    Index("ix_lead_uploads_list", "tenant_id", "list_id"),
    Index(
        "ix_lead_uploads_running",
        "create_time",
        postgresql_where=text("state IN ('RUNNING', 'FINISHING')"),
    ),
)

# The file, until its leads are in the list.
lead_upload_pieces: Final = Table(
    "lead_upload_pieces",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("upload_id", Text, primary_key=True),
    Column("byte_offset", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

lead_upload_faults: Final = Table(
    "lead_upload_faults",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("upload_id", Text, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("column_header", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# Digits with country code, without plus.
dnc_numbers: Final = Table(
    "dnc_numbers",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("phone_number", Text, primary_key=True),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# What the operator could give to clients. The carrier is its secret.
stock_numbers: Final = Table(
    "stock_numbers",
    metadata,
    Column("phone_number", Text, primary_key=True),
    Column("carrier", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)
