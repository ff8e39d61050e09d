"""Carriers, what tenants have of them in each host, and routes for when a carrier fails.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.db.roles import protect, protect_operator_only

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes carriers of the names that routes have; how they are reached is not known of those."""
    op.create_table(
        "carriers",
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
    protect_operator_only(op, "carriers")
    _carriers_of_routes()
    op.add_column("routes", Column("failover_route_id", Text))
    _trunks()


def downgrade() -> None:
    """Leaves the names."""
    op.drop_table("trunk_hosts")
    op.drop_table("trunks")
    op.drop_column("routes", "failover_route_id")
    op.drop_table("carriers")


def _carriers_of_routes() -> None:
    # Forced, row-level security would hide the rows from their owner too.
    for table in ("routes", "carriers"):
        op.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
    op.execute(
        text(
            "INSERT INTO carriers SELECT DISTINCT carrier, carrier, 'PJSIP', '', 5060, '',"
            " CAST(NULL AS bytea), CAST(NULL AS text), ARRAY['ulaw'], 'COUNTRY_CODE', 0,"
            " min(create_time), min(create_time), 1 FROM routes GROUP BY carrier"
        )
    )
    for table in ("routes", "carriers"):
        op.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))


def _trunks() -> None:
    op.create_table(
        "trunks",
        Column("tenant_id", Text, primary_key=True),
        Column("prefix", Text, nullable=False),
        Column("three_way_prefix", Text, nullable=False),
        Column("is_open", Boolean, nullable=False),
        Column("is_removed", Boolean, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("update_time", DateTime(timezone=True), nullable=False),
        UniqueConstraint("prefix", name="uq_trunks_prefix"),
        UniqueConstraint("three_way_prefix", name="uq_trunks_three_way_prefix"),
    )
    protect(op, "trunks")
    op.create_table(
        "trunk_hosts",
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
    )
    op.create_index("ix_trunk_hosts_due", "trunk_hosts", ["next_time"])
    protect(op, "trunk_hosts")
