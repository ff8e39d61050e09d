"""The tables of second factors, their recovery codes, and of who wants one of everybody."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    Table,
    Text,
)

from services.tenancy.store.tables import metadata

second_factors: Final = Table(
    "second_factors",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("secret_key_id", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("confirm_time", DateTime(timezone=True)),
    # Of the last code that was taken: neither it nor an earlier one is taken again.
    Column("last_step", BigInteger, nullable=False),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

recovery_codes: Final = Table(
    "recovery_codes",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    # SHA-256: who reads this table cannot log in by it. A code that was used is gone.
    Column("code_hash", LargeBinary, primary_key=True),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)

second_factor_policies: Final = Table(
    "second_factor_policies",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("is_required", Boolean, nullable=False),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
