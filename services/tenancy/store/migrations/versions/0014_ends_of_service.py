"""When the service of clients ends.

Revision ID: 0014
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, text

revision = "0014"
down_revision = "0013"

_DUE = "ix_lifecycle_runs_due"


def upgrade() -> None:
    """Adds the instants, and looks for what is due among runs that wait too."""
    op.add_column("tenants", Column("service_end_time", DateTime(timezone=True)))
    op.add_column("lifecycle_runs", Column("service_end_time", DateTime(timezone=True)))
    _index("state IN ('RUNNING', 'WAITING')")


def downgrade() -> None:
    """Forgets them."""
    _index("state = 'RUNNING'")
    op.drop_column("lifecycle_runs", "service_end_time")
    op.drop_column("tenants", "service_end_time")


def _index(which: str) -> None:
    op.drop_index(_DUE, "lifecycle_runs")
    op.create_index(_DUE, "lifecycle_runs", ["next_attempt_time"], postgresql_where=text(which))
