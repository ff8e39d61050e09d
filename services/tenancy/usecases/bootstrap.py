"""Makes the operator: the root tenant, its first user and its first key."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.tenancy.domain.brand import Brand
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
