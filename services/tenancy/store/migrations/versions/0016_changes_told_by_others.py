"""Changes that other services tell, each once.

Revision ID: 0016
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Entries that are there were made by tenancy itself, and have no such id."""
    op.add_column("audit_entries", Column("change_id", Text))
    op.create_index(
        "audit_entries_told",
        "audit_entries",
        ["tenant_id", "change_id"],
        unique=True,
        postgresql_where=text("change_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Forgets the ids, but no entry."""
    op.drop_index("audit_entries_told", "audit_entries")
    op.drop_column("audit_entries", "change_id")
