"""Notes a change in the audit log, in the transaction that makes it."""

from __future__ import annotations

import secrets

from services.kit.logging import get_logger
from services.kit.rpc.access import current_peer
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.audit import SYSTEM, Actor, Change, Entry, actor_of
from services.tenancy.store import TenancyStore

log = get_logger(__name__)


async def note_change(store: TenancyStore, change: Change) -> Entry | None:
    """Adds an entry to the tenant's chain; none if both sides of the change are the same.

    Who did it is told by the principal of the present RPC; for a service's own call it is the
    service, and outside of one the system, unless the change says who.
    """
    differences = change.differences
    if not differences:
        return None
    sequence, previous_hash = await store.audit.lock_head(change.tenant_id)
    entry = Entry(
        tenant_id=change.tenant_id,
        sequence=sequence + 1,
        time=store.scope.time,
        actor=_actor(change),
        salt=secrets.token_hex(16),
        action=change.action,
        resource=change.resource,
        differences=differences,
        previous_hash=previous_hash,
    ).sealed()
    await store.audit.add(entry)
    # Logs are kept elsewhere: a chain whose end was cut off is told by the heads in them.
    log.info("audited", tenant=entry.tenant_id, sequence=entry.sequence, hash=entry.hash.hex())
    return entry


def _actor(change: Change) -> Actor:
    principal = current_principal()
    if change.actor or principal is not None:
        subject = change.actor or (principal.subject if principal else "")
        return actor_of(subject, change.tenant_id)
    peer = current_peer()
    return Actor(SYSTEM, f"services/{peer}" if peer else "")
