"""Costs of carriers: their books, their routes, overheads, losses found, reconciliations.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op
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

from services.kit.db.roles import protect_operator_only
from services.kit.db.tables import new_metadata

revision = "0005"
down_revision = "0004"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

route_carriers = Table(
    "route_carriers",
    metadata,
    Column("route", Text, primary_key=True),
    Column("carrier", Text, nullable=False),
    # Whose calls take it; empty while it is nobody's.
    Column("buyer_id", Text, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

overhead_books = Table(
    "overhead_books",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("currency_code", Text, nullable=False),
    # Null where nobody supports anybody.
    Column("clients_per_person", Integer),
    Column("cost_per_person", Numeric),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

overhead_costs = Table(
    "overhead_costs",
    metadata,
    Column("effective_date", Date, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("monthly_cost", Numeric, nullable=False),
    ForeignKeyConstraint(["effective_date"], ["overhead_books.effective_date"]),
)

# The latest is in force.
loss_policies = Table(
    "loss_policies",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

# What a buyer's prices came to; not the buyer's to see, so no tenant_id lets it through.
loss_checks = Table(
    "loss_checks",
    metadata,
    Column("buyer_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

loss_findings = Table(
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

reconciliations = Table(
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

carrier_call_parts = Table(
    "carrier_call_parts",
    metadata,
    Column("reconciliation_id", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    # SHA-256 of what was sent, so that a repeat is known from another part.
    Column("digest", LargeBinary, nullable=False),
    Column("call_count", Integer, nullable=False),
    ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.reconciliation_id"]),
)

carrier_calls = Table(
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

reconciliation_classes = Table(
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
disputed_calls = Table(
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

MUTABLE = (route_carriers,)
APPEND_ONLY = (
    overhead_books,
    overhead_costs,
    loss_policies,
    loss_checks,
    loss_findings,
    reconciliations,
    carrier_call_parts,
    carrier_calls,
    reconciliation_classes,
    disputed_calls,
)
# Columns that are keys from now on, empty in the rows that are there.
KEYS = (("cost_books", "carrier"), ("costs", "carrier"), ("costs", "direction"), ("costs", "zone"))


def upgrade() -> None:
    """Tells costs apart by carrier and by class of calls, and adds the tables."""
    for table, name in KEYS:
        op.add_column(table, Column(name, Text, nullable=False, server_default=""))
        op.alter_column(table, name, server_default=None)
    _set_keys(
        ["carrier", "effective_date"],
        ["carrier", "effective_date", "item", "route", "direction", "zone"],
    )
    for made in MUTABLE:
        made.create(op.get_bind())
        protect_operator_only(op, made.name)
    for made in APPEND_ONLY:
        made.create(op.get_bind())
        protect_operator_only(op, made.name, append_only=True)


def downgrade() -> None:
    """Removes the tables; the database refuses where a carrier or a class has a cost."""
    for made in reversed((*MUTABLE, *APPEND_ONLY)):
        made.drop(op.get_bind())
    for table, name in KEYS:
        # A constraint looks at every row, where row-level security would show the owner none.
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT no_{name} CHECK ({name} = '')")
    _set_keys(["effective_date"], ["effective_date", "item", "route"])
    for table, name in KEYS:
        op.drop_column(table, name)


def _set_keys(of_book: list[str], of_cost: list[str]) -> None:
    now_by_carrier = "carrier" in of_book
    old = "fk_costs_effective_date_cost_books"
    new = "fk_costs_carrier_effective_date_cost_books"
    op.drop_constraint(old if now_by_carrier else new, "costs", type_="foreignkey")
    op.drop_constraint("pk_costs", "costs", type_="primary")
    op.drop_constraint("pk_cost_books", "cost_books", type_="primary")
    op.create_primary_key("pk_cost_books", "cost_books", of_book)
    op.create_primary_key("pk_costs", "costs", of_cost)
    op.create_foreign_key(new if now_by_carrier else old, "costs", "cost_books", of_book, of_book)
