"""Invitations to join a tenant.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, LargeBinary, Table, Text, UniqueConstraint

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0009"
down_revision = "0008"

# The table as this revision made it, whatever it has become since.
metadata = new_metadata()

invitations = Table(
    "invitations",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("invitation_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "email"),
)


def upgrade() -> None:
    """Creates the table."""
    invitations.create(op.get_bind())
    op.create_foreign_key(
        "fk_invitations_tenant_id_tenants", "invitations", "tenants", ["tenant_id"], ["tenant_id"]
    )
    protect(op, invitations.name)


def downgrade() -> None:
    """Removes the table."""
    invitations.drop(op.get_bind())
