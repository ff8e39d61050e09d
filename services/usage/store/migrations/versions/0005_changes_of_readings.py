"""Finds when a day's readings changed last.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

TABLE = "measurement_revisions"
COLUMNS = ["tenant_id", "local_date", "stored_time"]
NAME = f"ix_{TABLE}_{'_'.join(COLUMNS)}"


def upgrade() -> None:
    """Adds the index."""
    op.create_index(NAME, TABLE, COLUMNS)


def downgrade() -> None:
    """Removes the index."""
    op.drop_index(NAME, TABLE)
