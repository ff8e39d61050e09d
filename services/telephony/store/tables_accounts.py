"""The tables of what tenants are let do, and of how many of their agents were there at once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Table, Text

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
