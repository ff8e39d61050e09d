"""Calls, histogram, measurements.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from services.kit.db.roles import protect, role_names
from services.kit.db.tables import create_kit_tables
from services.usage.store.partitions import PARTITION_FUNCTION
from services.usage.store.tables import (
    call_revisions,
    calls,
    day_totals,
    histogram,
    histogram_changes,
    ingest_state,
    measurement_revisions,
    measurements,
    zone_prefixes,
)

revision = "0001"
down_revision = None

_CHANGING = (calls, histogram, day_totals, ingest_state, measurements)
_APPEND_ONLY = (call_revisions, histogram_changes, measurement_revisions)


def upgrade() -> None:
    """Creates the store."""
    create_kit_tables(op)
    for table in _CHANGING + _APPEND_ONLY:
        table.create(op.get_bind())
        protect(op, table.name, append_only=table in _APPEND_ONLY)
    for table in (histogram, day_totals, ingest_state):
        # Updated with every batch: room in each page keeps updates off the index.
        op.execute(f"ALTER TABLE {table.name} SET (fillfactor = 50)")
    # The same policy, but asked once a statement instead of once a row: batches are long.
    tenant = "tenant_id = (SELECT nullif(current_setting('app.tenant', true), ''))"
    op.execute(f"ALTER POLICY tenant ON calls USING ({tenant}) WITH CHECK ({tenant})")
    _create_zone_prefixes()
    _create_partition_function()


def downgrade() -> None:
    """Removes the store's own tables."""
    op.execute("DROP FUNCTION ensure_calls_partition(date)")
    for table in (zone_prefixes, *_APPEND_ONLY, *_CHANGING):
        table.drop(op.get_bind())


def _create_zone_prefixes() -> None:
    # No tenant's, so no policy: every transaction reads it, the operator alone writes it.
    roles = role_names("usage")
    zone_prefixes.create(op.get_bind())
    op.execute(f"GRANT SELECT ON zone_prefixes TO {roles.service}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON zone_prefixes TO {roles.operator}")


def _create_partition_function() -> None:
    roles = role_names("usage")
    op.execute(text(PARTITION_FUNCTION.replace(":", "\\:")))
    op.execute("REVOKE ALL ON FUNCTION ensure_calls_partition(date) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION ensure_calls_partition(date)"
        f" TO {roles.service}, {roles.operator}"
    )
