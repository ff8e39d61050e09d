"""Addresses that users want to log in with.

Revision ID: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "email_changes",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("new_email", sa.Text, nullable=False),
        sa.Column("expire_time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], "fk_email_changes_tenant_id_tenants"
        ),
    )
    protect(op, "email_changes")


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("email_changes")
