"""Looks of the operator's staff at clients' accounts, and who wants none.

Revision ID: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "support_accesses",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("access_id", sa.Text, primary_key=True),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begin_time", sa.DateTime(timezone=True)),
        sa.Column("end_time", sa.DateTime(timezone=True)),
        _of_a_tenant("support_accesses"),
    )
    op.create_index(
        "ix_support_accesses_latest",
        "support_accesses",
        ["tenant_id", "create_time", "access_id"],
    )
    op.create_table(
        "support_policies",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("may_look", sa.Boolean, nullable=False),
        _of_a_tenant("support_policies"),
    )
    for table in ("support_accesses", "support_policies"):
        protect(op, table)


def _of_a_tenant(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_tenant_id_tenants"
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name)


def downgrade() -> None:
    """Removes the tables."""
    op.drop_table("support_policies")
    op.drop_table("support_accesses")
