"""What kind of line each line of a bill is.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0006"
down_revision = "0005"

TABLES = ("draft_invoice_lines", "invoice_lines")
# What the lines that are there have been all along.
MEANT = {"kind": "CHARGE", "code": "", "original_month": ""}


def upgrade() -> None:
    """Adds the columns; until now every line was a charge of its bill's own month."""
    for table in TABLES:
        for name, meant in MEANT.items():
            op.add_column(table, Column(name, Text, nullable=False, server_default=meant))
            op.alter_column(table, name, server_default=None)


def downgrade() -> None:
    """Removes the columns; the database refuses where a line is no plain charge."""
    for table in TABLES:
        # A constraint looks at every row, where row-level security would show the owner none.
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT said_before CHECK (kind = 'CHARGE')")
        for name in MEANT:
            op.drop_column(table, name)
