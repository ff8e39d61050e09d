"""Sessions of agents at the agent page.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.kit.db.roles import protect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "agent_sessions",
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("token_digest", sa.LargeBinary, primary_key=True),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("login_digest", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("expire_time", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_agent_sessions_tenant_id_expire_time", "agent_sessions", ["tenant_id", "expire_time"]
    )
    protect(op, "agent_sessions")


def downgrade() -> None:
    """Removes it."""
    op.drop_table("agent_sessions")
