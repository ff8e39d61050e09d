"""What owners decide about second factors: whose is turned off, and that all must have one."""

from __future__ import annotations

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.secret_box import SecretBox
from services.tenancy.domain import team
from services.tenancy.domain.credential import User
from services.tenancy.domain.permission import Role
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.check_code import forget_attempts
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.second_factor_mail import tell_of_second_factor
from services.tenancy.usecases.update_user import Changer


async def reset_second_factor(
    db: Database[TenancyStore], tenant_id: str, user_id: str, changer: Changer
) -> User:
    """Turns a user's second factor off.

    Refuses with RESOURCE_NOT_FOUND and OWNER_NEEDED.
    """
    async with db.transaction(tenant_id) as store:
        await _check_owner(store, tenant_id, changer)
        user = await store.users.find(tenant_id, user_id)
        if user is None:
            raise NotFound(resource=f"tenants/{tenant_id}/users/{user_id}")
        was_on = await store.second_factors.remove(tenant_id, user_id)
        await forget_attempts(store, user)
        if was_on:
            facts = {"second_factor": "on"}, {"second_factor": "off"}
            change = Change(tenant_id, "users.resetSecondFactor", user.name, *facts)
            await note_change(store, change)
    if was_on:
        await tell_of_second_factor(db, user, "was turned off by an owner of your company")
    return user


async def require_second_factor(
    db: Database[TenancyStore], box: SecretBox, tenant_id: str, changer: Changer, is_required: bool
) -> None:
    """Wants a second factor of everybody, or of nobody any more.

    Refuses with RESOURCE_NOT_FOUND, OWNER_NEEDED and SECRETS_KEY_MISSING.
    """
    if is_required:
        # Without a key nobody could turn one on, and everybody would be shut out.
        assert box.current_key_id
    async with db.transaction(tenant_id) as store:
        await _check_owner(store, tenant_id, changer)
        await store.lock_team(tenant_id)
        before = await store.second_factors.is_required(tenant_id)
        await store.second_factors.require(tenant_id, is_required=is_required)
        facts = _facts(before), _facts(is_required)
        name = f"tenants/{tenant_id}/secondFactorPolicy"
        await note_change(store, Change(tenant_id, "secondFactorPolicies.update", name, *facts))


async def _check_owner(store: TenancyStore, tenant_id: str, changer: Changer) -> None:
    """A client's seller may do it too, or nobody could help its last owner."""
    if await store.tenants.find(tenant_id) is None:
        raise NotFound(resource=f"tenants/{tenant_id}")
    if not changer.is_seller:
        leaders = await store.users.list_leading(tenant_id)
        team.check_owner(Role.OWNER, leaders, changer.subject)


def _facts(is_required: bool) -> dict[str, str]:
    return {"requirement": "REQUIRED" if is_required else "OPTIONAL"}
