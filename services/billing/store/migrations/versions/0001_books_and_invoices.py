"""Price books, cost books and invoices.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from services.billing.store.tables import (
    cost_books,
    costs,
    draft_invoice_lines,
    draft_invoices,
    invoice_documents,
    invoice_lines,
    invoices,
    number_sequences,
    price_books,
    prices,
)
from services.kit.db.roles import protect, protect_operator_only
from services.kit.db.tables import create_kit_tables

revision = "0001"
down_revision = None

APPEND_ONLY = (price_books, prices, invoices, invoice_lines, invoice_documents)
MUTABLE = (draft_invoices, draft_invoice_lines, number_sequences)
COSTS = (cost_books, costs)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=True)
    for table in MUTABLE:
        table.create(op.get_bind())
        protect(op, table.name)
    for table in COSTS:
        table.create(op.get_bind())
        protect_operator_only(op, table.name, append_only=True)


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in reversed((*APPEND_ONLY, *MUTABLE, *COSTS)):
        table.drop(op.get_bind())
