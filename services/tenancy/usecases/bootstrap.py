"""Makes the operator: the root tenant, its first user and its first key."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain.api_key_terms import ApiKeyState, state_of
from services.tenancy.domain.brand import Brand
from services.tenancy.domain.credential import hash_of
from services.tenancy.domain.permission import Role, permissions_of
from services.tenancy.domain.tenant import Limits, State, Tenant, Tier, checked
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_api_key import NewApiKey, create_api_key
from services.tenancy.usecases.create_tenant import note_tenant
from services.tenancy.usecases.create_user import NewUser, add_user, new_user


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator to be."""

    tenant_id: str
    display_name: str
    host_name: str
    time_zone: str
    email: str
    password: str = field(repr=False)


async def bootstrap(db: Database[TenancyStore], clock: Clock, operator: Operator) -> str | None:
    """Makes the operator and gives its key's secret; None if there is an operator already."""
    now = clock.now()
    tenant = checked(_root(operator, clock))
    asked = NewUser(
        operator.tenant_id, operator.email, operator.display_name, Role.ADMIN, operator.password
    )
    user = await new_user(asked, now)
    async with db.operator_transaction() as store:
        if await store.tenants.find_operator() is not None:
            return None
        await store.tenants.add(tenant)
        await note_tenant(store, "tenants.create", tenant)
        await add_user(store, user)
        held = permissions_of(Role.ADMIN, of_operator=True)
        _, secret = await create_api_key(
            store, NewApiKey(operator.tenant_id, "First key"), held, now
        )
    return secret


async def operator_key(db: Database[TenancyStore], clock: Clock, current: str) -> str:
    """Gives a key of the operator's with all that there is to be allowed: the current one if it
    is that, or else a new one.

    A key keeps what it was made with, and a later version knows more. Refuses with
    RESOURCE_NOT_FOUND while there is no operator.
    """
    held = permissions_of(Role.ADMIN, of_operator=True)
    now = clock.now()
    async with db.operator_transaction() as store:
        tenant = await store.tenants.find_operator()
        if tenant is None:
            raise NotFound(resource="tenants")
        api_key = await store.api_keys.find_by_hash(hash_of(current))
        is_good = api_key is not None and state_of(api_key, now) is ApiKeyState.ACTIVE
        if api_key is not None and is_good and api_key.permissions >= held:
            return current
        _, secret = await create_api_key(
            store, NewApiKey(tenant.tenant_id, "Operator's key"), held, now
        )
    return secret


def _root(operator: Operator, clock: Clock) -> Tenant:
    return Tenant(
        tenant_id=operator.tenant_id,
        display_name=operator.display_name,
        seller_id=None,
        state=State.ACTIVE,
        tier=Tier.ENTERPRISE,
        time_zone=operator.time_zone,
        brand=Brand(operator.display_name),
        limits=Limits(),
        create_time=clock.now(),
        host_names=(operator.host_name,),
        contact_email=operator.email,
    )
