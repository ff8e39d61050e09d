"""What people do with a client's own host names."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from services.kit.changes import Change
from services.kit.errors import AlreadyExists, InvalidRequest, NotFound, QuotaExceeded
from services.tenancy.domain import audit_facts
from services.tenancy.domain.host_text import checked_host
from services.tenancy.domain.own_host_name import (
    OwnHostName,
    State,
    checked_now,
    removed,
    with_certificate,
)
from services.tenancy.domain.tenant import HOST_NAMES_MAX
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


async def ask_for(
    store: TenancyStore, tenant_id: str, typed: str, own_domains: Sequence[str]
) -> OwnHostName:
    """Begins to look for the proof of a host name.

    Refuses with RESOURCE_NOT_FOUND, INVALID_REQUEST, RESOURCE_ALREADY_EXISTS and
    QUOTA_EXCEEDED. Who else has asked, or has it, is told only to who has proved it.
    """
    tenant, operator = await store.tenants.find(tenant_id), await store.tenants.find_operator()
    if tenant is None or operator is None:
        raise NotFound(resource=f"tenants/{tenant_id}")
    if tenant.is_operator:
        raise InvalidRequest.at("parent", "Must be a client.")
    host = checked_host(typed, (*own_domains, *operator.host_names))
    await store.lock_life(tenant_id)
    if host in tenant.host_names or await store.own_host_names.find_open(tenant_id, host):
        raise AlreadyExists("This host name is on your list already.", host=host)
    if await store.own_host_names.count_coming(tenant_id) + len(tenant.host_names) > HOST_NAMES_MAX:
        raise QuotaExceeded(subject="host_names", limit=HOST_NAMES_MAX)
    now = store.scope.time
    host_name = OwnHostName(
        host_name_id=uuid.uuid4().hex[:16],
        tenant_id=tenant_id,
        host=host,
        token=secrets.token_hex(16),
        state=State.PENDING,
        create_time=now,
        next_look_time=now,
    )
    await store.own_host_names.add(host_name)
    await note_host_name(store, "hostNames.create", host_name)
    return host_name


async def check_now(store: TenancyStore, tenant_id: str, host_name_id: str) -> OwnHostName:
    """Lets the record be looked at next."""
    found = await store.own_host_names.get(tenant_id, host_name_id, for_update=True)
    soon = checked_now(found, store.scope.time)
    await store.own_host_names.save(soon)
    return soon


async def remove(store: TenancyStore, tenant_id: str, host_name_id: str) -> OwnHostName:
    """Takes a host name out of service."""
    found = await store.own_host_names.get(tenant_id, host_name_id, for_update=True)
    gone = removed(found, store.scope.time)
    if gone is found:
        return found
    if found.state is State.ACTIVE:
        await store.tenants.remove_host_name(tenant_id, found.host)
    await store.own_host_names.save(gone)
    await note_host_name(store, "hostNames.remove", gone, found)
    return gone


async def report_certificate(
    store: TenancyStore, host_name_id: str, is_issued: bool, note: str
) -> OwnHostName:
    """Records what became of a certificate."""
    found = await store.own_host_names.find_any(host_name_id)
    if found is None:
        raise NotFound(resource=f"hostCertificates/{host_name_id}")
    told = with_certificate(found, is_issued, note, store.scope.time)
    if told is not found:
        await store.own_host_names.save(told)
        action = "hostNames.certify" if is_issued else "hostNames.fail"
        await note_host_name(store, action, told, found)
    return told


async def settle(store: TenancyStore, looked: OwnHostName, after: OwnHostName) -> None:
    """Keeps what a look has led to; whoever comes second to a host name fails."""
    if after.state is State.ACTIVE:
        await store.tenants.add_host_name(after.tenant_id, after.host)
    await store.own_host_names.save(after)
    if after.state is not looked.state:
        await note_host_name(store, _ACTIONS[after.state], after, looked)


_ACTIONS = {
    State.PENDING: "hostNames.loseProof",
    State.PROVED: "hostNames.prove",
    State.CERTIFICATE_PENDING: "hostNames.accept",
    State.ACTIVE: "hostNames.activate",
    State.FAILED: "hostNames.fail",
    State.EXPIRED: "hostNames.expire",
}


async def note_host_name(
    store: TenancyStore, action: str, host_name: OwnHostName, before: OwnHostName | None = None
) -> None:
    """Notes in the client's log what became of a host name."""
    was = audit_facts.of_host_name(before) if before else {}
    told = audit_facts.of_host_name(host_name)
    await note_change(store, Change(host_name.tenant_id, action, host_name.name, was, told))
