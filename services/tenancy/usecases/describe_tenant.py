"""Tells what a tenant may know of those around it."""

from __future__ import annotations

from dataclasses import replace

from services.kit.db.transaction import Database
from services.tenancy.domain.brand import Brand, SupportContact
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


async def shown_brand(store: TenancyStore, tenant: Tenant) -> Brand:
    """Gives a tenant's brand with where its people find help.

    Who has said nothing of that shows what the nearest of those that it buys from has said.
    """
    nearest: Tenant | None = tenant
    while nearest is not None and nearest.brand.support == SupportContact():
        seller_id = nearest.seller_id
        nearest = await store.tenants.find(seller_id) if seller_id is not None else None
    support = nearest.brand.support if nearest is not None else SupportContact()
    return replace(tenant.brand, support=support)
