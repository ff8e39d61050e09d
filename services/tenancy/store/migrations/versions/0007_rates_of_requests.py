"""How many requests a tenant's keys may send.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the rate; tenants that are there have the usual one."""
    op.add_column("tenants", Column("max_requests_per_minute", Integer))


def downgrade() -> None:
    """Removes the rate."""
    op.drop_column("tenants", "max_requests_per_minute")
