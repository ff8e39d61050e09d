"""Tenants' own OpenID providers.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "single_sign_ons",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("client_secret_key_id", sa.Text),
        sa.Column("client_secret", sa.LargeBinary),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], "fk_single_sign_ons_tenant_id_tenants"
        ),
    )
    protect(op, "single_sign_ons")


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("single_sign_ons")
