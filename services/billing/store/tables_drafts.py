"""The table of what was done to parked drafts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.billing.store.tables import metadata

# The instant tells one draft of a month from the next: a draft made anew is looked at anew.
draft_releases: Final = Table(
    "draft_releases",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("as_of_time", DateTime(timezone=True), primary_key=True),
    # [[reason, message], ...] as they were then.
    Column("parked", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("release_time", DateTime(timezone=True), nullable=False),
)
