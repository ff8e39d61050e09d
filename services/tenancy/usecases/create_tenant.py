"""Signs a client."""

from __future__ import annotations

from services.kit.db.transaction import Database
from services.tenancy.domain.tenant import Tenant, checked
from services.tenancy.store import TenancyStore


async def create_tenant(store: TenancyStore, tenant: Tenant) -> Tenant:
    """Adds a checked tenant; refuses an id or host name that is taken."""
    await store.tenants.add(checked(tenant))
    return tenant


async def operator_of(db: Database[TenancyStore]) -> Tenant:
    """Gives the root of the tree, who sells to every client."""
    async with db.operator_read() as store:
        operator = await store.tenants.find_operator()
    assert operator is not None, "tenancy has been bootstrapped before it serves"
    return operator
