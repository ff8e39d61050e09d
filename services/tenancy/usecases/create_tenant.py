"""Signs a client."""

from __future__ import annotations

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.tenancy.domain import audit_facts
from services.tenancy.domain.tenant import SellerCannotSell, Tenant, checked
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


async def create_tenant(store: TenancyStore, tenant: Tenant) -> Tenant:
    """Adds a checked tenant; refuses an id or host name that is taken.

    Refuses with SELLER_CANNOT_SELL if its seller may have no clients, or is nobody.
    """
    seller = await store.tenants.find(tenant.seller_id or "")
    if seller is None or not seller.may_sell:
        raise SellerCannotSell("The parent must be an ENTERPRISE tenant or the operator.")
    await store.tenants.add(checked(tenant))
    await note_tenant(store, "tenants.create", tenant)
    return tenant


async def note_tenant(
    store: TenancyStore, action: str, tenant: Tenant, before: Tenant | None = None
) -> None:
    """Notes what became of a tenant in its own log, and its seller's notes in the operator's."""
    resource = f"tenants/{tenant.tenant_id}"
    known = audit_facts.of_tenant(before) if before else {}
    await note_change(
        store,
        Change(tenant.tenant_id, action, resource, known, audit_facts.of_tenant(tenant)),
    )
    operator = await store.tenants.find_operator()
    assert operator is not None, "tenants are written in the operator's role"
    notes = audit_facts.of_notes(before) if before else {}
    await note_change(
        store, Change(operator.tenant_id, action, resource, notes, audit_facts.of_notes(tenant))
    )


async def operator_of(db: Database[TenancyStore]) -> Tenant:
    """Gives the root of the tree, who sells to every client."""
    async with db.operator_read() as store:
        operator = await store.tenants.find_operator()
    assert operator is not None, "tenancy has been bootstrapped before it serves"
    return operator
