"""Tells what a tenant may know of those around it."""

from __future__ import annotations

from services.kit.db.transaction import Database
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store import TenancyStore


async def seller_display_name(db: Database[TenancyStore], tenant: Tenant) -> str:
    """Gives the name under which a tenant's seller sells; empty for the operator."""
    if tenant.seller_id is None:
        return ""
    async with db.operator_read() as store:
        seller = await store.tenants.find(tenant.seller_id)
    assert seller is not None, "the store lets no tenant be without its seller"
    return seller.brand.display_name
