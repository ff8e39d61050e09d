"""Tenants, users and keys.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from services.kit.db.roles import protect
from services.kit.db.tables import create_kit_tables
from services.tenancy.store.tables import api_keys, host_names, login_failures, tenants, users

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in (tenants, host_names, api_keys, users, login_failures):
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in (login_failures, users, api_keys, host_names, tenants):
        table.drop(op.get_bind())
