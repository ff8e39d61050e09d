"""Second factors, their recovery codes, and who wants one of everybody.

Revision ID: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0019"
down_revision = "0018"

_TABLES = ("second_factors", "recovery_codes", "second_factor_policies")


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "second_factors",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("secret_key_id", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirm_time", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        _of_a_tenant("second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("code_hash", sa.LargeBinary, primary_key=True),
        _of_a_tenant("recovery_codes"),
    )
    op.create_table(
        "second_factor_policies",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("is_required", sa.Boolean, nullable=False),
        _of_a_tenant("second_factor_policies"),
    )
    for table in _TABLES:
        protect(op, table)


def _of_a_tenant(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_tenant_id_tenants"
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name)


def downgrade() -> None:
    """Removes the tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)
