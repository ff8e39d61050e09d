"""The tables of the agreement's versions and of what was accepted; neither is ever changed.

An acceptance does not refer to its tenant: it stays when a run was undone.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text

from services.tenancy.store.tables import metadata

agreement_versions: Final = Table(
    "agreement_versions",
    metadata,
    # The operator.
    Column("tenant_id", Text, primary_key=True),
    Column("version_id", Text, primary_key=True),
    Column("template", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

agreement_acceptances: Final = Table(
    "agreement_acceptances",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("acceptance_id", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("way", Text, nullable=False),
    Column("signer_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("accept_time", DateTime(timezone=True), nullable=False),
    # Who had logged in and from where; empty on paper.
    Column("signer_id", Text, nullable=False, server_default=""),
    Column("signer_email", Text, nullable=False, server_default=""),
    Column("network_address", Text, nullable=False, server_default=""),
    Column("device", Text, nullable=False, server_default=""),
)
