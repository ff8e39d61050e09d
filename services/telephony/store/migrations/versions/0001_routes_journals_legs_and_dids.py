"""Routes, journals, legs and DIDs.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import CreateSequence, DropSequence

from services.kit.db.roles import SERVICE_OPTION, protect, protect_operator_only, role_names
from services.kit.db.tables import create_kit_tables, new_metadata

revision = "0001"
down_revision = None

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

# `carrier` is the operator's secret, so nobody else sees a route, though it belongs to a tenant.
routes = Table(
    "routes",
    metadata,
    Column("route_id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("assigned_tenant_id", Text),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("assign_time", DateTime(timezone=True)),
    UniqueConstraint("code"),
)

journal_cursors = Table(
    "journal_cursors",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("byte_offset", BigInteger, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

quarantined_lines = Table(
    "quarantined_lines",
    metadata,
    Column("line_number", BigInteger, Identity(always=True), primary_key=True),
    Column("cluster", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("byte_offset", BigInteger, nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

leg_queue = Sequence("leg_queue", metadata=metadata)

# Times are numbers: millions of these rows are written and read, and nobody looks at them here.
# `queue_number` changes with every change of what usage is to know; acknowledgements name it.
legs = Table(
    "legs",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("uniqueid", Text, primary_key=True),
    Column("route_code", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("linkedid", Text, nullable=False),
    Column("caller_channel", Text, nullable=False),
    Column("call_code", Text, nullable=False),
    Column("dialled_number", Text, nullable=False),
    Column("caller_number", Text, nullable=False),
    Column("created_seconds", BigInteger, nullable=False),
    Column("answer_time_millis", BigInteger, nullable=False),
    Column("end_time_millis", BigInteger, nullable=False),
    Column("billable_seconds", Integer, nullable=False),
    Column("hangup_cause", SmallInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("file", Text, nullable=False),
    Column("byte_offset", BigInteger, nullable=False),
    Column("receive_time", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("queue_number", BigInteger, nullable=False, server_default=leg_queue.next_value()),
    # Whether it has been looked up in the dialer's tables when it was old enough to be there.
    Column("described", Boolean, nullable=False, server_default=false()),
    Column("campaign", Text, nullable=False, server_default=text("''")),
    Column("list", Text, nullable=False, server_default=text("''")),
    Column("agent", Text, nullable=False, server_default=text("''")),
    Column("disposition", Text, nullable=False, server_default=text("''")),
    Index("ix_legs_created", "created_seconds"),
    Index("ix_legs_undescribed", "created_seconds", postgresql_where=text("NOT described")),
    Index("ix_legs_awaited", "receive_time", postgresql_where=text("state = 'AWAITED'")),
    Index("ix_legs_pending", "queue_number", postgresql_where=text("state = 'PENDING'")),
    Index(
        "ix_legs_unassigned",
        text("created_seconds DESC"),
        "cluster",
        "host",
        "uniqueid",
        postgresql_where=text("state = 'UNASSIGNED'"),
    ),
)

dids = Table(
    "dids",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("did_id", Text, primary_key=True),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date),
    Column("metered_until", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # One holder at a time, whoever that is.
    Index("uq_dids_held", "did_id", unique=True, postgresql_where=text("end_date IS NULL")),
    Index("ix_dids_metered_until", "metered_until"),
)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    op.execute(CreateSequence(leg_queue))
    operator = role_names(op.get_context().opts[SERVICE_OPTION]).operator
    op.execute(text(f"GRANT USAGE ON SEQUENCE {leg_queue.name} TO {operator}"))
    for table in (routes, journal_cursors, quarantined_lines, legs):
        table.create(op.get_bind())
        protect_operator_only(op, table.name)
    dids.create(op.get_bind())
    protect(op, dids.name)
    # Legs are changed once or twice soon after they came, and never again.
    op.execute(text("ALTER TABLE legs SET (autovacuum_vacuum_scale_factor = 0.1)"))


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in (dids, legs, quarantined_lines, journal_cursors, routes):
        table.drop(op.get_bind())
    op.execute(DropSequence(leg_queue))
