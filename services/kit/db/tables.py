"""The tables that kit keeps in every store, and the naming of constraints."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.db.roles import Operations, grant_service, protect

NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}

# The operator's own outbox rows belong to no tenant: their tenant_id is empty, and no policy of
# a tenant shows an empty one.
_TENANT_OF_TRANSACTION: Final = "coalesce(current_setting('app.tenant', true), '')"


def new_metadata() -> MetaData:
    """Returns metadata with the project's naming of constraints and kit's tables in it."""
    metadata = MetaData(naming_convention=NAMING)
    add_kit_tables(metadata)
    return metadata


def add_kit_tables(metadata: MetaData) -> None:
    """Adds requests, outbox and job_leases to a store's metadata."""
    _requests(metadata)
    _outbox(metadata)
    _job_leases(metadata)


def create_kit_tables(op: Operations) -> None:
    """Creates and protects kit's tables; call it in a store's first migration."""
    metadata = new_metadata()
    for table in metadata.sorted_tables:
        table.create(op.get_bind())
    protect(op, "requests")
    protect(op, "outbox")
    grant_service(op, "job_leases")


def _requests(metadata: MetaData) -> Table:
    return Table(
        "requests",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("method", Text, primary_key=True),
        Column("request_id", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("answer", LargeBinary),
        Column("create_time", DateTime(timezone=True), nullable=False),
    )


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("tenant_id", Text, primary_key=True, server_default=text(_TENANT_OF_TRANSACTION)),
        Column("outbox_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("create_time", DateTime(timezone=True), nullable=False),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_attempt_time", DateTime(timezone=True), nullable=False),
        Column("done_time", DateTime(timezone=True)),
        Column("failed_time", DateTime(timezone=True)),
        Column("last_error", Text),
        Index(
            "ix_outbox_due",
            "next_attempt_time",
            postgresql_where=text("done_time IS NULL AND failed_time IS NULL"),
        ),
    )


def _job_leases(metadata: MetaData) -> Table:
    return Table(
        "job_leases",
        metadata,
        Column("name", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
    )
