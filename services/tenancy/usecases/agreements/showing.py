"""Puts a client's agreement together: the version in force, the two names, the prices."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain.agreement import Acceptance, AgreementVersion, hash_of_text
from services.tenancy.domain.agreement import Prices as PriceLines
from services.tenancy.domain.tenant import Tenant
from services.tenancy.partners.prices import Prices
from services.tenancy.store import TenancyStore


@dataclass(frozen=True, slots=True)
class Parties:
    """Who agrees with whom on which version; `plan_version` is what the client begins with."""

    version: AgreementVersion
    seller: Tenant
    client: Tenant
    plan_version: str
    accepted: Acceptance | None

    def offer(self, prices: PriceLines | None) -> Offer:
        """Gives the text to accept; None for prices that are on paper."""
        text = self.version.text_for(
            self.seller.brand.display_name, self.client.display_name, prices
        )
        return Offer(self.client, self.version, text)


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that a client is asked to accept."""

    client: Tenant
    version: AgreementVersion
    text: str

    @property
    def text_hash(self) -> bytes:
        """SHA-256 of the text."""
        return hash_of_text(self.text)


async def parties_of(db: Database[TenancyStore], tenant_id: str) -> Parties:
    """Refuses with RESOURCE_NOT_FOUND whoever is no client."""
    # In the operator's role, because version and seller are not the client's own rows.
    async with db.operator_read() as store:
        client = await store.tenants.find(tenant_id)
        if client is None or client.seller_id is None:
            raise NotFound(resource=f"tenants/{tenant_id}/agreement")
        seller = await store.tenants.find(client.seller_id)
        assert seller is not None, "the store lets no client be without its seller"
        version = await store.agreements.current()
        last = await store.agreements.last_of(client)
        run = await store.onboarding_runs.last_of(tenant_id)
    accepted = last if last and last.version_id == version.version_id else None
    return Parties(version, seller, client, run.setup.plan_version if run else "", accepted)


async def offer_to(db: Database[TenancyStore], prices: Prices, tenant_id: str) -> Offer:
    """Gives what a client is asked to accept now, accepted or not."""
    parties = await parties_of(db, tenant_id)
    return parties.offer(await prices.schedule(tenant_id, parties.plan_version))
