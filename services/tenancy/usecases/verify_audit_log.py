"""Walks along an audit log and tells whether it is whole."""

from __future__ import annotations

from services.kit.db.transaction import Database
from services.tenancy.domain.audit import Verdict
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.export_audit_log import entries_of


async def verify_audit_log(
    db: Database[TenancyStore], tenant_id: str, known_hash: bytes = b""
) -> Verdict:
    """Gives how far the chain holds; with a hash that was kept, also whether it is in it."""
    verdict = Verdict()
    async for entries in entries_of(db, tenant_id):
        verdict = verdict.continued(entries, known_hash)
        if verdict.fault is not None:
            return verdict
    return verdict.at_the_end(known_hash)
