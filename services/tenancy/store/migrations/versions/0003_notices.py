"""Notices and their mails.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKeyConstraint, LargeBinary, Table, Text

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0003"
down_revision = "0002"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

notices = Table(
    "notices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("notice_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sender_display_name", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text_body", Text, nullable=False),
    Column("html_body", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

notice_mails = Table(
    "notice_mails",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("notice_id", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("end_time", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant_id", "notice_id"], ["notices.tenant_id", "notices.notice_id"]),
)


def upgrade() -> None:
    """Creates the tables; what was written is never changed, what became of it is."""
    for table, append_only in ((notices, True), (notice_mails, False)):
        table.create(op.get_bind())
        protect(op, table.name, append_only=append_only)


def downgrade() -> None:
    """Removes the tables."""
    for table in (notice_mails, notices):
        table.drop(op.get_bind())
