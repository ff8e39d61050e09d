"""What tenants are let do, how many of their agents were there at once, and what they keep."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Table, Text

from services.telephony.store.tables import metadata

# The strictest of a tenant's wishes is its service state.
service_state_wishes: Final = Table(
    "service_state_wishes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # Who wants it: the operator, or the tenant's account.
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("keep_inbound", Boolean, nullable=False),
    Column("change_time", DateTime(timezone=True), nullable=False),
)

seat_peaks: Final = Table(
    "seat_peaks",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("seats", Integer, nullable=False),
)

# What a tenant kept on a day of its own, as usage has been told.
kept_storage: Final = Table(
    "kept_storage",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("recordings_bytes", BigInteger, nullable=False),
    Column("leads_bytes", BigInteger, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# Carriers that cost more than the tenant pays, as billing has said.
disallowed_carriers: Final = Table(
    "disallowed_carriers",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("carrier_id", Text, primary_key=True),
)
