"""Changes what a person may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain import audit_facts, team
from services.tenancy.domain.credential import User
from services.tenancy.domain.permission import Role
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


@dataclass(frozen=True, slots=True)
class Changer:
    """Who changes somebody: a name, what it may do, and whether it is the tenant's seller."""

    subject: str
    permissions: frozenset[str]
    is_seller: bool


async def update_user(
    db: Database[TenancyStore],
    tenant_id: str,
    user_id: str,
    edit: Callable[[User], User],
    changer: Changer,
) -> User:
    """Gives the user as `edit` made it of the present one.

    Refuses with RESOURCE_NOT_FOUND, PERMISSION_NOT_HELD, OWNER_NEEDED, LAST_OWNER and
    INVALID_REQUEST.
    """
    async with db.transaction(tenant_id) as store:
        await store.lock_team(tenant_id)
        present = await store.users.find(tenant_id, user_id)
        if present is None:
            raise NotFound(resource=f"tenants/{tenant_id}/users/{user_id}")
        wanted = edit(present)
        if wanted == present:
            return present
        team.check_display_name(wanted.display_name)
        for role in (present.role, wanted.role):
            await check_may_give(store, tenant_id, role, changer)
        team.check_still_led(await store.users.list_leading(tenant_id), wanted)
        await store.users.set(wanted)
        before, after = audit_facts.of_user(present), audit_facts.of_user(wanted)
        await note_change(store, Change(tenant_id, "users.update", wanted.name, before, after))
    return wanted


async def check_may_give(store: TenancyStore, tenant_id: str, role: Role, changer: Changer) -> None:
    """Refuses with PERMISSION_NOT_HELD and OWNER_NEEDED; a seller may make its client's owners."""
    tenant = await store.tenants.find(tenant_id)
    if tenant is None:
        raise NotFound(resource=f"tenants/{tenant_id}")
    team.check_held(role, changer.permissions, of_operator=tenant.is_operator)
    if not changer.is_seller:
        leaders = await store.users.list_leading(tenant_id)
        team.check_owner(role, leaders, changer.subject)
