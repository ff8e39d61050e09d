"""Clients' own host names.

Revision ID: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "own_host_names",
        sa.Column("tenant_id", sa.Text, nullable=False),
        sa.Column("host_name_id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("create_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_look_time", sa.DateTime(timezone=True)),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("finding", sa.Text),
        sa.Column("look_time", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
        sa.Column("certificate_time", sa.DateTime(timezone=True)),
        sa.Column("certificate_note", sa.Text, nullable=False),
        sa.Column("end_time", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant_id", "host_name_id", name="pk_own_host_names"),
        sa.UniqueConstraint("host_name_id", name="uq_own_host_names_host_name_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], "fk_own_host_names_tenant_id_tenants"
        ),
    )
    held = "state IN ('PROVED', 'CERTIFICATE_PENDING', 'ACTIVE')"
    for name, columns, where, is_unique in (
        ("uq_own_host_names_held", ["host"], held, True),
        ("uq_own_host_names_open", ["tenant_id", "host"], "end_time IS NULL", True),
        ("ix_own_host_names_due", ["next_look_time"], "next_look_time IS NOT NULL", False),
    ):
        condition = sa.text(where)
        op.create_index(
            name, "own_host_names", columns, unique=is_unique, postgresql_where=condition
        )
    protect(op, "own_host_names")


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("own_host_names")
