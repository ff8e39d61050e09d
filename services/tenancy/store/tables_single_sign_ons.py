"""The table of tenants' OpenID providers."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, LargeBinary, Table, Text

from services.tenancy.store.tables import metadata

single_sign_ons: Final = Table(
    "single_sign_ons",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("is_enabled", Boolean, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("client_secret_key_id", Text),
    Column("client_secret", LargeBinary),
    ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"]),
)
