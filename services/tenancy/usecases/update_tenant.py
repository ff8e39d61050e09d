"""Changes a tenant."""

from __future__ import annotations

from collections.abc import Callable

from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain.tenant import Tenant, changed
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_tenant import note_tenant


async def update_tenant(
    db: Database[TenancyStore], tenant_id: str, edit: Callable[[Tenant], Tenant], etag: str
) -> Tenant:
    """Gives the tenant as `edit` made it of the present one.

    Refuses with RESOURCE_NOT_FOUND, with CONCURRENT_CHANGE if the etag is given and old, and
    with INVALID_REQUEST if the result is none that a tenant can be.
    """
    async with db.operator_transaction() as store:
        tenant = await store.tenants.find(tenant_id)
        if tenant is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
        updated = changed(tenant, edit(tenant), etag)
        if updated is not tenant:
            await store.tenants.set(updated)
            await note_tenant(store, "tenants.update", updated, before=tenant)
    return updated
