"""Tells what a tenant may know of those around it."""

from __future__ import annotations

from collections.abc import Sequence
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


async def sellers_of(store: TenancyStore, tenant: Tenant) -> list[Tenant]:
    """Gives those that a tenant buys from, the nearest first, the operator last."""
    sellers: list[Tenant] = []
    seller_id = tenant.seller_id
    while seller_id is not None:
        seller = await store.tenants.find(seller_id)
        assert seller is not None, "the store lets no tenant be without its seller"
        sellers.append(seller)
        seller_id = seller.seller_id
    return sellers


def shown_brand(tenant: Tenant, sellers: Sequence[Tenant]) -> Brand:
    """Gives a tenant's brand with where its people find help.

    Who has said nothing of that shows what the nearest of its sellers has said.
    """
    said = (each.brand.support for each in (tenant, *sellers))
    nothing = SupportContact()
    support = next((each for each in said if each != nothing), nothing)
    return replace(tenant.brand, support=support)
