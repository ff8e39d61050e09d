"""The table of clients' own host names, those too that came to nothing.

Those in service stand in `host_names` as well, as whoever they were given by.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from services.tenancy.store.tables import metadata

own_host_names: Final = Table(
    "own_host_names",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("host_name_id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("next_look_time", DateTime(timezone=True)),
    Column("looks", Integer, nullable=False),
    # Counts who has taken it up.
    Column("lease", Integer, nullable=False),
    Column("finding", Text),
    Column("look_time", DateTime(timezone=True)),
    Column("failure", Text),
    Column("certificate_time", DateTime(timezone=True)),
    Column("certificate_note", Text, nullable=False),
    Column("end_time", DateTime(timezone=True)),
    UniqueConstraint("host_name_id"),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
    # Whoever has proved it has it, and nobody else.
    Index(
        "uq_own_host_names_held",
        "host",
        unique=True,
        postgresql_where=text("state IN ('PROVED', 'CERTIFICATE_PENDING', 'ACTIVE')"),
    ),
    Index(
        "uq_own_host_names_open",
        "tenant_id",
        "host",
        unique=True,
        postgresql_where=text("end_time IS NULL"),
    ),
    Index(
        "ix_own_host_names_due",
        "next_look_time",
        postgresql_where=text("next_look_time IS NOT NULL"),
    ),
)
