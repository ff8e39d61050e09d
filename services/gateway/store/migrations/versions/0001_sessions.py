"""Sessions.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from services.gateway.store.tables import sessions
from services.kit.db.roles import protect
from services.kit.db.tables import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    sessions.create(op.get_bind())
    protect(op, "sessions")


def downgrade() -> None:
    """Removes the store's own table."""
    sessions.drop(op.get_bind())
