"""Finds out who is at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.tenancy.domain.api_key_terms import USE_NOTED_EVERY, ApiKeyState, state_of
from services.tenancy.domain.credential import (
    ApiKey,
    CredentialsInvalid,
    TenantSuspended,
    User,
    UserState,
    check_attempts,
    hash_of,
)
from services.tenancy.domain.permission import LEAVING_PERMISSIONS, Role, permissions_of
from services.tenancy.domain.second_factor import NOT_ASKED, Standing
from services.tenancy.domain.tenant import State, Tenant, has_ended
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.hashing import is_password


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who has been let in."""

    subject: str
    tenant: Tenant
    permissions: frozenset[str]
    display_name: str
    # When it is over with whatever it logged in with, if that ends.
    until: datetime | None = None
    allowed_networks: tuple[str, ...] = ()
    # Whether a code is missing yet, and whether it has to turn a second factor on first.
    has_second_factor: bool = False
    needs_second_factor: bool = False


async def authenticate_api_key(db: Database[TenancyStore], clock: Clock, secret: str) -> Bearer:
    """Gives the bearer of a key and notes its use; refuses with CREDENTIALS_INVALID."""
    async with db.operator_read() as store:
        api_key = await store.api_keys.find_by_hash(hash_of(secret))
        tenant = await store.tenants.find(api_key.tenant_id) if api_key else None
    if api_key is None or not _opens(api_key, clock.now()) or not _is_open(tenant):
        raise CredentialsInvalid
    assert tenant is not None
    await _note_use(db, api_key, clock.now())
    return Bearer(
        subject=api_key.name,
        tenant=tenant,
        permissions=api_key.permissions,
        display_name=api_key.display_name,
        until=api_key.expire_time,
        allowed_networks=api_key.allowed_networks,
    )


async def authenticate_user(
    db: Database[TenancyStore], clock: Clock, tenant_id: str, address: str, password: str
) -> Bearer:
    """Gives who has this address and password at a tenant's portal.

    Who has a second factor is not let in by that alone: see second_step.py.

    Refuses with CREDENTIALS_INVALID, and with TOO_MANY_ATTEMPTS, whether the address is known or
    not; with TENANT_SUSPENDED if both are right.
    """
    email = address.strip().lower()[:254]
    async with db.transaction(tenant_id) as store:
        check_attempts(await store.users.failures(tenant_id, email), clock.now())
        # Noted before the password is looked at, so that many attempts at once count as many.
        await store.users.add_failure(tenant_id, email, clock.now())
        user = await store.users.find_by_email(tenant_id, email)
        tenant = await store.tenants.find(tenant_id)
    is_right = await is_password(user.password_hash if user else None, password)
    if not is_right or user is None:
        raise CredentialsInvalid
    is_let_in = _is_in(user, tenant)
    if not is_let_in and not _is_held(user, tenant):
        raise CredentialsInvalid
    async with db.transaction(tenant_id) as store:
        await store.users.clear_failures(tenant_id, email)
        standing = await store.second_factors.standing(tenant_id, user.user_id)
    if not is_let_in:
        raise TenantSuspended
    assert tenant is not None
    return _bearer(user, tenant, standing)


async def authenticate_identity(db: Database[TenancyStore], tenant_id: str, address: str) -> Bearer:
    """Gives who has an address that the tenant's provider vouches for; no owner.

    What it asks of its people before that is the provider's: no second factor is asked for here.
    Refuses with CREDENTIALS_INVALID, and with TENANT_SUSPENDED.
    """
    async with db.read(tenant_id) as store:
        provider = await store.single_sign_ons.find(tenant_id)
        user = await store.users.find_by_email(tenant_id, address.strip().lower())
        tenant = await store.tenants.find(tenant_id)
    if not provider.is_enabled or user is None or user.role is Role.OWNER:
        raise CredentialsInvalid
    if _is_held(user, tenant):
        raise TenantSuspended
    if not _is_in(user, tenant):
        raise CredentialsInvalid
    assert tenant is not None
    return _bearer(user, tenant)


async def renew_user(
    db: Database[TenancyStore], tenant_id: str, user_id: str, *, is_vouched_for: bool = False
) -> Bearer:
    """Gives the user if it may still be in; refuses with CREDENTIALS_INVALID."""
    async with db.read(tenant_id) as store:
        user = await store.users.find(tenant_id, user_id)
        tenant = await store.tenants.find(tenant_id)
        standing = await store.second_factors.standing(tenant_id, user_id)
    if user is None or not _is_in(user, tenant):
        raise CredentialsInvalid
    assert tenant is not None
    return _bearer(user, tenant, NOT_ASKED if is_vouched_for else standing)


def _opens(api_key: ApiKey, now: datetime) -> bool:
    return state_of(api_key, now) is ApiKeyState.ACTIVE


async def _note_use(db: Database[TenancyStore], api_key: ApiKey, now: datetime) -> None:
    noted = api_key.last_use_time
    if noted is not None and noted > now - USE_NOTED_EVERY:
        return
    async with db.transaction(api_key.tenant_id) as store:
        await store.api_keys.note_use(api_key, now, now - USE_NOTED_EVERY)


def _is_in(user: User, tenant: Tenant | None) -> bool:
    if user.state is not UserState.ACTIVE or tenant is None:
        return False
    return _is_open(tenant) or (has_ended(tenant) and user.role is Role.OWNER)


def _is_held(user: User, tenant: Tenant | None) -> bool:
    """Tells whether nothing but the suspension of its tenant keeps somebody out."""
    is_suspended = tenant is not None and tenant.state is State.SUSPENDED
    return is_suspended and user.state is UserState.ACTIVE


def _is_open(tenant: Tenant | None) -> bool:
    return tenant is not None and tenant.state is State.ACTIVE


def _bearer(user: User, tenant: Tenant, standing: Standing = NOT_ASKED) -> Bearer:
    needs_second_factor = standing.is_required and not standing.is_on
    return Bearer(
        subject=f"tenants/{tenant.tenant_id}/users/{user.user_id}",
        tenant=tenant,
        permissions=frozenset() if needs_second_factor else _permissions(user, tenant),
        display_name=user.display_name,
        has_second_factor=standing.is_on,
        needs_second_factor=needs_second_factor,
    )


def _permissions(user: User, tenant: Tenant) -> frozenset[str]:
    if has_ended(tenant):
        return LEAVING_PERMISSIONS
    return permissions_of(user.role, of_operator=tenant.is_operator)
