"""What browsers show beside a page's title.

Revision ID: 0024
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, LargeBinary, text

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Adds the column: nobody has one yet."""
    column = Column("brand_favicon", LargeBinary, nullable=False, server_default=text("''"))
    op.add_column("tenants", column)


def downgrade() -> None:
    """Forgets them."""
    op.drop_column("tenants", "brand_favicon")
