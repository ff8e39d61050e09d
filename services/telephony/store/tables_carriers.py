"""The tables of carriers, and of what tenants have of them in each host."""

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
from sqlalchemy.dialects.postgresql import ARRAY

from services.telephony.store.tables import metadata

carriers: Final = Table(
    "carriers",
    metadata,
    Column("carrier_id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("protocol", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("login_user", Text, nullable=False),
    Column("login_secret", LargeBinary),
    Column("login_secret_key_id", Text),
    Column("codecs", ARRAY(Text), nullable=False),
    Column("caller_id_format", Text, nullable=False),
    Column("calls_max", Integer, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
)

# What a tenant has in the dialer's carrier table: its prefixes, and whether calls may go out.
trunks: Final = Table(
    "trunks",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("three_way_prefix", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("is_removed", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("prefix"),
    UniqueConstraint("three_way_prefix"),
)

# The same in one host: what it is to have, what it was given, and what was seen there.
trunk_hosts: Final = Table(
    "trunk_hosts",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("version", BigInteger, nullable=False),
    Column("calls_max", Integer, nullable=False),
    Column("apply_time", DateTime(timezone=True)),
    Column("verify_time", DateTime(timezone=True)),
    Column("next_time", DateTime(timezone=True), nullable=False),
    Index("ix_trunk_hosts_due", "next_time"),
)
