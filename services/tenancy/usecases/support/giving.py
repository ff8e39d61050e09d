"""Gives staff a look at a client's account, ends it, and lets the client say whether it may be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import Kind, NotFound, Refusal
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.sealed_link import LinkSealer, Place, Purpose
from services.tenancy.domain.support_access import (
    LINK_LIFE,
    State,
    SupportAccess,
    SupportNotAllowed,
    checked_life,
    checked_reason,
)
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.send_notice import send_notice


class NotOwnTenant(Refusal):
    """Only a client's own people decide something."""

    kind = Kind.PERMISSION_DENIED
    reason = "NOT_OWN_TENANT"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to look at whose account, what for and for how long."""

    tenant_id: str
    staff: str
    reason: str
    life: timedelta


async def client_of(store: TenancyStore, tenant_id: str) -> Tenant:
    """Gives a client; refuses with RESOURCE_NOT_FOUND, also for the operator itself."""
    tenant = await store.tenants.find(tenant_id)
    if tenant is None or tenant.is_operator:
        raise NotFound(resource=f"tenants/{tenant_id}")
    return tenant


async def give(store: TenancyStore, wanted: Wanted) -> SupportAccess:
    """Adds an access; refuses with INVALID_REQUEST and SUPPORT_NOT_ALLOWED."""
    if "/users/" not in wanted.staff:
        raise SupportNotAllowed("Only people look at clients' accounts, no programs.")
    if not await store.support.may_look(wanted.tenant_id):
        raise SupportNotAllowed("The client does not want anybody to look at its account.")
    now = store.scope.time
    access = SupportAccess(
        tenant_id=wanted.tenant_id,
        access_id=secrets.token_hex(8),
        staff=wanted.staff,
        reason=checked_reason(wanted.reason),
        create_time=now,
        expire_time=now + checked_life(wanted.life),
    )
    await store.support.add(access)
    change = Change(access.tenant_id, "supportAccesses.create", access.name, after=access.facts)
    await note_change(store, change)
    return access


def link_of(sealer: LinkSealer, access: SupportAccess, tenant: Tenant) -> str:
    """Gives the address of the page that lets staff in, soon after the access was given."""
    place = Place(Purpose.SUPPORT, access.access_id)
    token = sealer.token(place, access.create_time + LINK_LIFE, access.proof)
    return f"https://{tenant.host_names[0]}/support?token={token}"


async def tell(db: Database[TenancyStore], access: SupportAccess, tenant: Tenant) -> None:
    """Intends the mail that tells the client's leaders; saying it again changes nothing."""
    until = access.expire_time.astimezone(ZoneInfo(tenant.time_zone))
    asked = Asked(
        tenant_id=access.tenant_id,
        notice_id=f"support-access.{access.access_id}",
        kind=NoticeKind.SUPPORT_ACCESS,
        values={
            "reason": access.reason,
            "until": f"{until:%Y-%m-%d %H:%M} ({tenant.time_zone})",
            "link": f"https://{tenant.host_names[0]}/support-access",
        },
    )
    await send_notice(db, asked)


async def end(
    store: TenancyStore, tenant_id: str, access_id: str, *, by_staff: bool = False
) -> SupportAccess:
    """Ends an access, and gives it; one that is over stays as it is.

    With `by_staff` who has it does it, and not who the present RPC is made for. Refuses with
    RESOURCE_NOT_FOUND.
    """
    access = await store.support.find(tenant_id, access_id, for_update=True)
    if access is None:
        raise NotFound(resource=f"tenants/{tenant_id}/supportAccesses/{access_id}")
    if access.state_at(store.scope.time) is not State.OPEN:
        return access
    return await _end(store, access, access.staff if by_staff else "")


async def set_policy(
    db: Database[TenancyStore], tenant_id: str, is_own: bool, *, may_look: bool
) -> None:
    """Lets support look at a client's account, or nobody any more.

    Refuses with RESOURCE_NOT_FOUND and NOT_OWN_TENANT.
    """
    if not is_own:
        raise NotOwnTenant("Only the client's own people decide whether support may look.")
    async with db.transaction(tenant_id) as store:
        before = await store.support.may_look(tenant_id)
        await store.support.set_policy(tenant_id, may_look=may_look)
        name = f"tenants/{tenant_id}/supportPolicy"
        facts = _facts(before), _facts(may_look)
        await note_change(store, Change(tenant_id, "supportPolicies.update", name, *facts))
        if not may_look:
            for access in await store.support.list_open(tenant_id, store.scope.time):
                await _end(store, access)


async def _end(store: TenancyStore, access: SupportAccess, actor: str = "") -> SupportAccess:
    ended = replace(access, end_time=store.scope.time)
    await store.support.set_times(ended)
    facts = {"state": "open"}, {"state": "ended"}
    change = Change(access.tenant_id, "supportAccesses.end", access.name, *facts, actor=actor)
    await note_change(store, change)
    return ended


def _facts(may_look: bool) -> dict[str, str]:
    return {"permission": "LOOK" if may_look else "NOTHING"}
