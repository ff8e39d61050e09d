"""Notes about clients.

Revision ID: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import SERVICE_OPTION, protect, role_names

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Creates the table, at which transactions of a client may not even look."""
    op.create_table(
        "client_notes",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("note_id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_time", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], "fk_client_notes_tenant_id_tenants"
        ),
    )
    protect(op, "client_notes")
    roles = role_names(op.get_context().opts[SERVICE_OPTION])
    op.execute(f"REVOKE ALL ON client_notes FROM {roles.service}")


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("client_notes")
