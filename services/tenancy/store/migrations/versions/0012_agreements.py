"""Versions of the agreement, and who has accepted from where.

Revision ID: 0012
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Table, Text

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0012"
down_revision = "0011"

# The table as this revision made it, whatever it has become since.
metadata = new_metadata()

agreement_versions = Table(
    "agreement_versions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("version_id", Text, primary_key=True),
    Column("template", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)
_ACCEPTED = "agreement_acceptances"
_NEW = ("signer_id", "signer_email", "network_address", "device")


def upgrade() -> None:
    """Creates the table, which is never changed, and adds what was not known of paper."""
    agreement_versions.create(op.get_bind())
    protect(op, agreement_versions.name, append_only=True)
    for name in _NEW:
        op.add_column(_ACCEPTED, Column(name, Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Removes them."""
    for name in reversed(_NEW):
        op.drop_column(_ACCEPTED, name)
    agreement_versions.drop(op.get_bind())
