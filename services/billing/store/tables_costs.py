"""The tables of carriers, overheads, losses and reconciliations; no tenant may see any of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
)

from services.billing.store.tables import metadata

route_carriers: Final = Table(
    "route_carriers",
    metadata,
    Column("route", Text, primary_key=True),
    Column("carrier", Text, nullable=False),
    # Whose calls take it; empty while it is nobody's.
    Column("buyer_id", Text, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

overhead_books: Final = Table(
    "overhead_books",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    # Null where nobody supports anybody.
    Column("clients_per_person", Integer),
    Column("cost_per_person", Numeric),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

overhead_costs: Final = Table(
    "overhead_costs",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("monthly_cost", Numeric, nullable=False),
    ForeignKeyConstraint(["effective_date"], ["overhead_books.effective_date"]),
)

# The latest is in force.
loss_policies: Final = Table(
    "loss_policies",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

# What a buyer's prices came to; not the buyer's to see, so no tenant_id lets it through.
loss_checks: Final = Table(
    "loss_checks",
    metadata,
    Column("buyer_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

loss_findings: Final = Table(
    "loss_findings",
    metadata,
    Column("buyer_id", Text, primary_key=True),
    Column("check_position", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("unit_price", Numeric),
    Column("unit_cost", Numeric),
    Column("worst_duration_seconds", Integer, nullable=False),
    Column("worst_loss", Numeric),
    Column("currency_code", Text, nullable=False),
    Column("observed_loss", Numeric),
    Column("usual_loss", Numeric),
    Column("is_loss", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["buyer_id", "check_position"], ["loss_checks.buyer_id", "loss_checks.position"]
    ),
)

reconciliations: Final = Table(
    "reconciliations",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("carrier", Text, nullable=False),
    Column("start_time", DateTime(timezone=True), nullable=False),
    Column("end_time", DateTime(timezone=True), nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("start_tolerance_seconds", Integer, nullable=False),
    Column("duration_tolerance_seconds", Integer, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

carrier_call_parts: Final = Table(
    "carrier_call_parts",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    # SHA-256 of what was sent, so that a repeat is known from another part.
    Column("digest", LargeBinary, nullable=False),
    Column("call_count", Integer, nullable=False),
    ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.reconciliation_id"]),
)

carrier_calls: Final = Table(
    "carrier_calls",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
    Column("start_time", DateTime(timezone=True), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("amount", Numeric, nullable=False),
    ForeignKeyConstraint(
        ["reconciliation_id", "part"],
        ["carrier_call_parts.reconciliation_id", "carrier_call_parts.part"],
    ),
)

reconciliation_classes: Final = Table(
    "reconciliation_classes",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("call_count", Integer, nullable=False),
    Column("carrier_amount", Numeric, nullable=False),
    Column("own_amount", Numeric, nullable=False),
    ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.reconciliation_id"]),
)

# Calls that are not alike on both sides; nulls where a side does not have it.
disputed_calls: Final = Table(
    "disputed_calls",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("carrier_start_time", DateTime(timezone=True)),
    Column("carrier_seconds", Integer),
    Column("carrier_amount", Numeric),
    Column("carrier_line", Text, nullable=False),
    Column("own_start_time", DateTime(timezone=True)),
    Column("own_seconds", Integer),
    Column("own_amount", Numeric),
    ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.reconciliation_id"]),
)
