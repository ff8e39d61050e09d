"""The audit log.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0005"
down_revision = "0004"

# The table as this revision made it, whatever it has become since.
audit_entries = Table(
    "audit_entries",
    new_metadata(),
    Column("tenant_id", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_time", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("differences", Text, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)


def upgrade() -> None:
    """Creates the table, in which nothing is ever changed."""
    audit_entries.create(op.get_bind())
    protect(op, audit_entries.name, append_only=True)


def downgrade() -> None:
    """Removes the table."""
    audit_entries.drop(op.get_bind())
