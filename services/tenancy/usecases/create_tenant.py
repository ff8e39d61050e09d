"""Signs a client."""

from __future__ import annotations

from services.kit.db.transaction import Database
from services.tenancy.domain.tenant import SellerCannotSell, Tenant, checked
from services.tenancy.store import TenancyStore


async def create_tenant(store: TenancyStore, tenant: Tenant) -> Tenant:
    """Adds a checked tenant; refuses an id or host name that is taken.

    Refuses with SELLER_CANNOT_SELL if its seller may have no clients, or is nobody.
    """
    seller = await store.tenants.find(tenant.seller_id or "")
    if seller is None or not seller.may_sell:
        raise SellerCannotSell("The parent must be an ENTERPRISE tenant or the operator.")
    await store.tenants.add(checked(tenant))
    return tenant


async def operator_of(db: Database[TenancyStore]) -> Tenant:
    """Gives the root of the tree, who sells to every client."""
    async with db.operator_read() as store:
        operator = await store.tenants.find_operator()
    assert operator is not None, "tenancy has been bootstrapped before it serves"
    return operator
