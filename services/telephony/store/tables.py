"""The tables of telephony's store."""

from __future__ import annotations

from typing import Final

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

from services.kit.db.tables import new_metadata

metadata: Final = new_metadata()

# `carrier` is the operator's secret, so nobody else sees a route, though it belongs to a tenant.
routes: Final = Table(
    "routes",
    metadata,
    Column("route_id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("assigned_tenant_id", Text),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("assign_time", DateTime(timezone=True)),
    Column("failover_route_id", Text),
    UniqueConstraint("code"),
)

journal_cursors: Final = Table(
    "journal_cursors",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("byte_offset", BigInteger, nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
)

quarantined_lines: Final = Table(
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

leg_queue: Final = Sequence("leg_queue", metadata=metadata)

# Times are numbers: millions of these rows are written and read, and nobody looks at them here.
# `queue_number` changes with every change of what usage is to know; acknowledgements name it.
legs: Final = Table(
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
    # No line tells it: a policy ended the leg.
    Column("end_is_estimated", Boolean, nullable=False, server_default=false()),
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

dids: Final = Table(
    "dids",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("did_id", Text, primary_key=True),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date),
    Column("metered_until", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # A campaign or an agent of the tenant: "campaigns/{id}" or "agents/{id}".
    Column("target", Text, nullable=False, server_default=""),
    # One holder at a time, whoever that is.
    Index("uq_dids_held", "did_id", unique=True, postgresql_where=text("end_date IS NULL")),
    Index("ix_dids_metered_until", "metered_until"),
    Index("ix_dids_did_id", "did_id"),
)
