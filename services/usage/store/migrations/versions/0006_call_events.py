"""Events of calls, and whose are wanted.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, MetaData, Table, Text

from services.kit.db.roles import protect
from services.kit.db.tables import NAMING

revision = "0006"
down_revision = "0005"

metadata = MetaData(naming_convention=NAMING)

call_event_wishes = Table(
    "call_event_wishes",
    metadata,
    Column("tenant_id", Text(collation="C"), primary_key=True),
    Column("until_time", DateTime(timezone=True), nullable=False),
)
call_events = Table(
    "call_events",
    metadata,
    Column("tenant_id", Text(collation="C"), primary_key=True),
    Column("stored_time", DateTime(timezone=True), primary_key=True),
    Column("call_id", Text(collation="C"), primary_key=True),
    Column("is_new", Boolean, nullable=False),
    Column("is_disposed", Boolean, nullable=False),
)


def upgrade() -> None:
    """Adds them; nobody wants any."""
    for table in (call_event_wishes, call_events):
        table.create(op.get_bind())
        protect(op, table.name)


def downgrade() -> None:
    """Removes them."""
    for table in (call_events, call_event_wishes):
        table.drop(op.get_bind())
