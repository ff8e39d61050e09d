"""Keeps that an agreement was accepted, and lets a run go on that waits for it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.tenancy.domain import audit_facts
from services.tenancy.domain.agreement import (
    Acceptance,
    AgreementChanged,
    Signature,
    check_may_accept,
    checked_signature,
)
from services.tenancy.domain.onboarding import signed
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.showing import Offer
from services.tenancy.usecases.note_change import note_change


async def accept(
    db: Database[TenancyStore], offer: Offer, read_hash: str, signature: Signature
) -> Acceptance:
    """Accepts in the client's name, as the user `signature.signer_id`, what it has read.

    Refuses with AGREEMENT_CHANGED, PERSON_NEEDED, OWNER_NEEDED and INVALID_REQUEST.
    """
    tenant_id = offer.client.tenant_id
    async with db.transaction(tenant_id) as store:
        user = await store.users.find(tenant_id, signature.signer_id)
        signer = check_may_accept(user, await store.users.list_leading(tenant_id))
        checked_signature(signature)
        if read_hash != offer.text_hash.hex():
            raise AgreementChanged("The text has changed. Please read it again.")
        return await keep(store, offer, replace(signature, signer_email=signer.email))


async def keep(store: TenancyStore, offer: Offer, signature: Signature) -> Acceptance:
    """Gives the acceptance of this version: the first one, if it has been accepted already."""
    tenant_id = offer.client.tenant_id
    await store.lock_agreement(tenant_id)
    earlier = await store.agreements.last_of(offer.client)
    if earlier is not None and earlier.version_id == offer.version.version_id:
        return earlier
    acceptance = Acceptance(
        tenant_id=tenant_id,
        acceptance_id=secrets.token_hex(6),
        version_id=offer.version.version_id,
        text=offer.text,
        signature=checked_signature(signature),
        accept_time=store.scope.time,
    )
    await store.agreements.accept(acceptance)
    await _go_on(store, tenant_id)
    facts = audit_facts.of_acceptance(acceptance)
    change = Change(tenant_id, "agreements.accept", f"tenants/{tenant_id}/agreement", after=facts)
    await note_change(store, change)
    return acceptance


async def _go_on(store: TenancyStore, tenant_id: str) -> None:
    run = await store.onboarding_runs.lock_waiting(tenant_id)
    if run is not None:
        # What a worker finds meanwhile is not kept: the step is done.
        run = signed(replace(run, lease=run.lease + 1), store.scope.time)
        await store.onboarding_runs.save(run)
