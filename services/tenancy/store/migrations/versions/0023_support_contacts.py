"""Where people find help, and the line at the end of pages.

Revision ID: 0023
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0023"
down_revision = "0022"

_SUPPORT = ("brand_support_email", "brand_support_phone", "brand_support_url")


def upgrade() -> None:
    """Adds the columns: nobody has said anything yet."""
    for name in _SUPPORT:
        op.add_column("tenants", Column(name, Text, nullable=False, server_default=""))
    op.add_column("tenants", Column("brand_powered_by", Text))


def downgrade() -> None:
    """Forgets them."""
    for name in (*_SUPPORT, "brand_powered_by"):
        op.drop_column("tenants", name)
