"""Notes a change in the audit log: in the transaction that makes it, or told by its service."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from services.kit.changes import Change, Difference
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.logging import get_logger
from services.kit.rpc.access import current_peer
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.audit import SYSTEM, Actor, Entry, actor_of
from services.tenancy.store import TenancyStore

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change, and the id by which another service tells it once; none of one's own."""

    tenant_id: str
    action: str
    resource: str
    actor: str
    time: datetime
    differences: tuple[Difference, ...]
    change_id: str = ""


async def note_change(store: TenancyStore, change: Change) -> Entry | None:
    """Adds an entry to the tenant's chain; none if both sides of the change are the same.

    Who did it is told by the principal of the present RPC; for a service's own call it is the
    service, and outside of one the system, unless the change says who.
    """
    if not change.differences:
        return None
    principal = current_principal()
    told = ToldChange(
        tenant_id=change.tenant_id,
        action=change.action,
        resource=change.resource,
        actor=change.actor or (principal.subject if principal else ""),
        time=store.scope.time,
        differences=change.differences,
    )
    return await _add(store, told)


async def record_change(db: Database[TenancyStore], told: ToldChange) -> None:
    """Adds what another service has changed, once; refuses with RESOURCE_NOT_FOUND.

    Its time is that of the change, and its place in the chain that of its being told.
    """
    async with db.operator_transaction() as store:
        if await store.tenants.find(told.tenant_id) is None:
            raise NotFound(resource=f"tenants/{told.tenant_id}")
        await _add(store, told)


async def _add(store: TenancyStore, told: ToldChange) -> Entry | None:
    """Puts a change at the end of its tenant's chain; nothing if it is there."""
    sequence, previous_hash = await store.audit.lock_head(told.tenant_id)
    if told.change_id and await store.audit.has_change(told.tenant_id, told.change_id):
        return None
    entry = Entry(
        tenant_id=told.tenant_id,
        sequence=sequence + 1,
        time=told.time,
        actor=actor_of(told.actor, told.tenant_id) if told.actor else _service(),
        salt=secrets.token_hex(16),
        action=told.action,
        resource=told.resource,
        differences=told.differences,
        previous_hash=previous_hash,
    ).sealed()
    await store.audit.add(entry, told.change_id)
    # Logs are kept elsewhere: a chain whose end was cut off is told by the heads in them.
    log.info("audited", tenant=entry.tenant_id, sequence=entry.sequence, hash=entry.hash.hex())
    return entry


def _service() -> Actor:
    peer = current_peer()
    return Actor(SYSTEM, f"services/{peer}" if peer else "")
