"""Lets staff in to look at a client's account, and says as whom, as long as they may."""

from __future__ import annotations

from dataclasses import replace

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.tenancy.domain.credential import CredentialsInvalid, User, UserState
from services.tenancy.domain.permission import permissions_of
from services.tenancy.domain.sealed_link import LinkInvalid, LinkSealer, Purpose, subject_of
from services.tenancy.domain.support_access import PERMISSIONS, State, SupportAccess
from services.tenancy.domain.tenant import has_ended
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import Bearer
from services.tenancy.usecases.note_change import note_change

_NEEDED = "support.begin"


async def come_in(
    db: Database[TenancyStore], sealer: LinkSealer, tenant_id: str, token: str
) -> tuple[SupportAccess, Bearer]:
    """Gives the access of a link, and its bearer; refuses with LINK_INVALID once it was used."""
    async with db.operator_transaction() as store:
        access = await store.support.find(tenant_id, subject_of(token), for_update=True)
        if access is None:
            raise LinkInvalid
        sealer.check(Purpose.SUPPORT, token, access.proof, store.scope.time)
        bearer = await _bearer(store, access)
        if bearer is None:
            raise LinkInvalid
        begun = replace(access, begin_time=store.scope.time)
        await store.support.set_times(begun)
        facts = {"used": "no"}, {"used": "yes"}
        change = Change(tenant_id, "supportAccesses.begin", access.name, *facts, actor=access.staff)
        await note_change(store, change)
    return begun, bearer


async def go_on(db: Database[TenancyStore], tenant_id: str, access_id: str) -> Bearer:
    """Gives who has an access, if it is still there; refuses with CREDENTIALS_INVALID."""
    async with db.operator_read() as store:
        access = await store.support.find(tenant_id, access_id)
        bearer = await _bearer(store, access) if access is not None else None
    if bearer is None:
        raise CredentialsInvalid
    return bearer


async def _bearer(store: TenancyStore, access: SupportAccess) -> Bearer | None:
    tenant = await store.tenants.find(access.tenant_id)
    if tenant is None or has_ended(tenant) or access.state_at(store.scope.time) is not State.OPEN:
        return None
    staff = await _staff(store, access)
    held = permissions_of(staff.role, of_operator=True) if staff is not None else frozenset()
    if staff is None or staff.state is not UserState.ACTIVE or _NEEDED not in held:
        return None
    return Bearer(
        subject=access.staff,
        tenant=tenant,
        permissions=PERMISSIONS & held,
        display_name=staff.display_name,
        until=access.expire_time,
    )


async def _staff(store: TenancyStore, access: SupportAccess) -> User | None:
    _, operator_id, _, user_id = access.staff.split("/")
    return await store.users.find(operator_id, user_id)
