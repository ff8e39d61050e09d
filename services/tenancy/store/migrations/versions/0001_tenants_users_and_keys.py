"""Tenants, users and keys.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.kit.db.roles import protect
from services.kit.db.tables import create_kit_tables, new_metadata

revision = "0001"
down_revision = None

# As they were then: the store's own tables go on changing.
metadata = new_metadata()

tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("seller_id", Text),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("brand_display_name", Text, nullable=False),
    Column("brand_tagline", Text, nullable=False),
    Column("brand_primary_color", Text, nullable=False),
    Column("brand_logo", LargeBinary, nullable=False),
    Column("brand_logo_media_type", Text, nullable=False),
    Column("max_concurrent_calls", Integer),
    Column("max_agents", Integer),
    Column("max_campaigns", Integer),
    Column("contact_email", Text, nullable=False),
    Column("internal_notes", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["seller_id"], ["tenants.tenant_id"]),
    # There is one root of the tree.
    Index(
        "uq_tenants_operator",
        text("(seller_id IS NULL)"),
        unique=True,
        postgresql_where=text("seller_id IS NULL"),
    ),
)

host_names = Table(
    "host_names",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("host_name", Text, primary_key=True),
    UniqueConstraint("host_name"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("api_key_id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("revoke_time", DateTime(timezone=True)),
    UniqueConstraint("secret_hash"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

users = Table(
    "users",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "email"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

# Counted by address, known or not, so that nothing tells which addresses are known.
login_failures = Table(
    "login_failures",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("email", Text, primary_key=True),
    Column("failure_id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("failure_time", DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in (tenants, host_names, api_keys, users, login_failures):
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in (login_failures, users, api_keys, host_names, tenants):
        table.drop(op.get_bind())
