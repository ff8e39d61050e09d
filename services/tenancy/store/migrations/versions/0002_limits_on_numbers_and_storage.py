"""Limits on numbers and on storage.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0002"
down_revision = "0001"

LIMITS = ("max_dids", "max_storage_gigabytes")


def upgrade() -> None:
    """Adds the limits; tenants that are there have none."""
    for name in LIMITS:
        op.add_column("tenants", Column(name, Integer))


def downgrade() -> None:
    """Removes the limits."""
    for name in LIMITS:
        op.drop_column("tenants", name)
