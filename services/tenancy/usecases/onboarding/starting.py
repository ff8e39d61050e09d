"""Begins runs, and does to them what people ask for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.kit.changes import Change
from services.tenancy.domain.agreement import Signature
from services.tenancy.domain.credential import User
from services.tenancy.domain.onboarding import Run, Setup, begun, signed
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.accepting import keep
from services.tenancy.usecases.agreements.showing import Offer
from services.tenancy.usecases.create_tenant import create_tenant
from services.tenancy.usecases.create_user import add_user
from services.tenancy.usecases.note_change import note_change


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as asked for, and who logs in first."""

    tenant: Tenant
    owner: User
    setup: Setup


async def start_onboarding(store: TenancyStore, client: NewClient) -> Run:
    """Signs the client, lets its first user in and begins its run, all or nothing.

    Refuses as `create_tenant` and `add_user` do.
    """
    tenant = await create_tenant(store, client.tenant)
    await add_user(store, client.owner)
    run_id = uuid.uuid4().hex[:12]
    run = begun(run_id, tenant.tenant_id, tenant.display_name, client.setup, store.scope.time)
    await store.onboarding_runs.add(run)
    await note_run(store, "onboardingRuns.start", run)
    return run


async def change_run(
    store: TenancyStore, run_id: str, action: str, change: Callable[[Run], Run]
) -> Run:
    """Gives the run as `change` made it; what a worker finds meanwhile is not kept."""
    found = await store.onboarding_runs.get(run_id, for_update=True)
    run = replace(change(found), lease=found.lease + 1)
    await store.onboarding_runs.save(run)
    await note_run(store, action, run, found)
    return run


async def record_signature(
    store: TenancyStore, run_id: str, offer: Offer, signature: Signature
) -> Run:
    """Keeps that the client has signed on paper, and lets the run go on."""
    now = store.scope.time
    run = await change_run(store, run_id, "onboardingRuns.sign", lambda run: signed(run, now))
    await keep(store, offer, signature)
    return run


async def note_run(store: TenancyStore, action: str, run: Run, before: Run | None = None) -> None:
    """Notes in the operator's log what became of a run."""
    operator = await store.tenants.find_operator()
    assert operator is not None, "runs are written in the operator's role"
    was = _facts(before) if before else {}
    await note_change(store, Change(operator.tenant_id, action, run.name, was, _facts(run)))


def _facts(run: Run) -> dict[str, str]:
    return {
        "client": run.tenant_id,
        "state": run.state,
        "plan_version": run.setup.plan_version,
        "routes": ", ".join(run.setup.routes),
        "trouble": run.trouble,
    }
