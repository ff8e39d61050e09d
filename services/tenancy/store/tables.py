"""The tables of tenancy's store."""

from __future__ import annotations

from typing import Final

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

from services.kit.db.tables import new_metadata

metadata: Final = new_metadata()

tenants: Final = Table(
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
    Column("brand_support_email", Text, nullable=False),
    Column("brand_support_phone", Text, nullable=False),
    Column("brand_support_url", Text, nullable=False),
    Column("brand_favicon", LargeBinary, nullable=False),
    # The usual line if it is null.
    Column("brand_powered_by", Text),
    Column("max_concurrent_calls", Integer),
    Column("max_agents", Integer),
    Column("max_campaigns", Integer),
    Column("max_dids", Integer),
    Column("max_storage_gigabytes", Integer),
    Column("contact_email", Text, nullable=False),
    Column("internal_notes", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("billing_anchor_day", Integer, nullable=False),
    Column("max_requests_per_minute", Integer),
    Column("service_end_time", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["seller_id"], ["tenants.tenant_id"]),
    # There is one root of the tree.
    Index(
        "uq_tenants_operator",
        text("(seller_id IS NULL)"),
        unique=True,
        postgresql_where=text("seller_id IS NULL"),
    ),
)

host_names: Final = Table(
    "host_names",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("host_name", Text, primary_key=True),
    UniqueConstraint("host_name"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

api_keys: Final = Table(
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
    Column("expire_time", DateTime(timezone=True)),
    Column("allowed_networks", ARRAY(Text), nullable=False),
    Column("last_use_time", DateTime(timezone=True)),
    UniqueConstraint("secret_hash"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

users: Final = Table(
    "users",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "email"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

# Counted by address, known or not, so that nothing tells which addresses are known; wrong codes by
# user, in place of an address.
login_failures: Final = Table(
    "login_failures",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("email", Text, primary_key=True),
    Column("failure_id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("failure_time", DateTime(timezone=True), nullable=False),
)
