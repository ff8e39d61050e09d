"""Routes, journals, legs and DIDs.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text
from sqlalchemy.schema import CreateSequence, DropSequence

from services.kit.db.roles import SERVICE_OPTION, protect, protect_operator_only, role_names
from services.kit.db.tables import create_kit_tables
from services.telephony.store.tables import (
    dids,
    journal_cursors,
    leg_queue,
    legs,
    quarantined_lines,
    routes,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    op.execute(CreateSequence(leg_queue))
    operator = role_names(op.get_context().opts[SERVICE_OPTION]).operator
    op.execute(text(f"GRANT USAGE ON SEQUENCE {leg_queue.name} TO {operator}"))
    for table in (routes, journal_cursors, quarantined_lines, legs):
        table.create(op.get_bind())
        protect_operator_only(op, table.name)
    dids.create(op.get_bind())
    protect(op, dids.name)
    # Legs are changed once or twice soon after they came, and never again.
    op.execute(text("ALTER TABLE legs SET (autovacuum_vacuum_scale_factor = 0.1)"))


def downgrade() -> None:
    """Removes the store's own tables."""
    for table in (dids, legs, quarantined_lines, journal_cursors, routes):
        table.drop(op.get_bind())
    op.execute(DropSequence(leg_queue))
