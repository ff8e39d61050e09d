"""Price models, classes of calls, and how books follow each other within a month.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

# What the rows that are there have been meaning all along; as defaults, because row-level security
# keeps an UPDATE of the owner from seeing any.
MEANT = (
    ("price_books", Column("proration", Text, nullable=False, server_default="NEXT_MONTH")),
    ("prices", Column("direction", Text, nullable=False, server_default="")),
    ("prices", Column("zone", Text, nullable=False, server_default="")),
    ("prices", Column("model", Text, nullable=False, server_default="PER_UNIT")),
    ("prices", Column("included_quantity", Numeric, nullable=False, server_default="0")),
    ("prices", Column("minimum_amount", Numeric, nullable=False, server_default="0")),
    *(
        (table, Column(name, kind, nullable=False, server_default="0"))
        for table in ("prices", "costs")
        for name, kind in (
            ("free_seconds", Integer),
            ("minimum_seconds", Integer),
            ("connect_fee", Numeric),
        )
    ),
)
OPEN = (
    ("prices", Column("package_size", Numeric)),
    ("prices", Column("tiers", JSONB)),
)


def upgrade() -> None:
    """Adds the columns; the rows that are there keep their meaning."""
    for table, column in MEANT:
        op.add_column(table, column)
        op.alter_column(table, column.name, server_default=None)
    for table, column in OPEN:
        op.add_column(table, column)
    op.alter_column("prices", "unit_amount", nullable=True)
    op.drop_constraint("pk_prices", "prices", type_="primary")
    op.create_primary_key(
        "pk_prices", "prices", ["tenant_id", "effective_date", "item", "direction", "zone"]
    )


# What the columns hold wherever the revision before can say the same without them.
SAID_BEFORE = {
    "price_books": "proration = 'NEXT_MONTH'",
    "prices": "model = 'PER_UNIT' AND direction = '' AND zone = '' AND included_quantity = 0"
    " AND minimum_amount = 0 AND free_seconds = 0 AND minimum_seconds = 0 AND connect_fee = 0",
    "costs": "free_seconds = 0 AND minimum_seconds = 0 AND connect_fee = 0",
}


def downgrade() -> None:
    """Removes the columns; the database refuses where a book has come to need them."""
    for table, condition in SAID_BEFORE.items():
        # A constraint looks at every row, where row-level security would show the owner none. It
        # goes with its columns.
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT said_before CHECK ({condition})")
    op.drop_constraint("pk_prices", "prices", type_="primary")
    op.create_primary_key("pk_prices", "prices", ["tenant_id", "effective_date", "item"])
    op.alter_column("prices", "unit_amount", nullable=False)
    for table, column in (*MEANT, *OPEN):
        op.drop_column(table, column.name)
