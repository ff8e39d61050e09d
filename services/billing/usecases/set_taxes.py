"""Keeps tax rates, terms and exemptions."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.taxes import TaxExemption, TaxRate, TaxTerms
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.kit.changes import facts_of

M = TypeVar("M", bound=Message)


async def add_rate(desk: Desk, rate: TaxRate, once: Once[TaxRate, M]) -> M:
    """Adds a rate of a seller; refuses with RESOURCE_NOT_FOUND and RESOURCE_ALREADY_EXISTS."""
    await desk.directory.get(rate.tenant_id)
    async with desk.db.transaction(rate.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.taxes.add_rate(rate)
        return await once.keep(store, rate)


async def add_exemption(desk: Desk, exemption: TaxExemption, once: Once[TaxExemption, M]) -> M:
    """Adds a certificate; refuses with RESOURCE_NOT_FOUND and RESOURCE_ALREADY_EXISTS."""
    await desk.directory.get(exemption.tenant_id)
    async with desk.db.transaction(exemption.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.taxes.add_exemption(exemption)
        return await once.keep(store, exemption)


async def set_terms(desk: Desk, tenant_id: str, terms: TaxTerms) -> TaxTerms:
    """Sets how a tenant stands with taxes; refuses with RESOURCE_NOT_FOUND."""
    await desk.directory.get(tenant_id)
    async with desk.db.transaction(tenant_id) as store:
        await store.lock_account(tenant_id)
        before = await store.taxes.terms(tenant_id)
        kept = replace(terms, set_time=store.scope.time)
        await store.taxes.set_terms(tenant_id, kept)
        was, is_now = (facts_of(each, "is_charging", "place") for each in (before, kept))
        resource = f"tenants/{tenant_id}/taxTerms"
        await store.changes.note_of_operator("taxTerms.update", resource, before=was, after=is_now)
    return kept
