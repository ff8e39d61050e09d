"""The tables of notices and their mails."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, LargeBinary, Table, Text

from services.tenancy.store.tables import metadata

notices: Final = Table(
    "notices",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("notice_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    # Of what was asked for, so that an id names one notice.
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sender_display_name", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text_body", Text, nullable=False),
    Column("html_body", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

notice_mails: Final = Table(
    "notice_mails",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("notice_id", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    # What the mail server said last.
    Column("answer", Text, nullable=False),
    Column("end_time", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant_id", "notice_id"], ["notices.tenant_id", "notices.notice_id"]),
)
