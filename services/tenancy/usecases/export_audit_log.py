"""Hands out an audit log as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain import audit_files
from services.tenancy.domain.audit import Entry
from services.tenancy.store import TenancyStore

_AT_ONCE: Final = 500


async def export_audit_log(
    db: Database[TenancyStore], tenant_id: str, media_type: str
) -> AsyncIterator[bytes]:
    """Gives the file in pieces; refuses with RESOURCE_NOT_FOUND."""
    async with db.read(tenant_id) as store:
        if await store.tenants.find(tenant_id) is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
    yield audit_files.head(media_type)
    async for entries in entries_of(db, tenant_id):
        yield audit_files.piece(entries, media_type)


async def entries_of(db: Database[TenancyStore], tenant_id: str) -> AsyncIterator[list[Entry]]:
    """Gives all entries in the order of the chain, each time in a transaction of its own.

    What is there stays, so that a long log needs no long transaction.
    """
    after = 0
    while True:
        async with db.read(tenant_id) as store:
            entries = await store.audit.list_after(tenant_id, after, _AT_ONCE)
        if entries:
            yield entries
            after = entries[-1].sequence
        if len(entries) < _AT_ONCE:
            return
