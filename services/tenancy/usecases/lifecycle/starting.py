"""Begins lifecycle runs, and lets them go on."""

from __future__ import annotations

import uuid
from dataclasses import replace

from services.kit.errors import NotFound
from services.tenancy.domain.audit import Change
from services.tenancy.domain.lifecycle import (
    LifecycleRun,
    LifecycleRunOpen,
    RunKind,
    begun,
    retried,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


async def start_lifecycle(
    store: TenancyStore, tenant_id: str, kind: RunKind, reason: str
) -> LifecycleRun:
    """Begins a run of a client.

    Refuses with RESOURCE_NOT_FOUND, LIFECYCLE_STATE_FORBIDS and LIFECYCLE_RUN_OPEN.
    """
    await store.lock_life(tenant_id)
    tenant = await store.tenants.find(tenant_id)
    if tenant is None:
        raise NotFound(resource=f"tenants/{tenant_id}")
    if await store.lifecycle_runs.has_open(tenant_id):
        raise LifecycleRunOpen("Another change of this client has not come to its end.")
    run = begun(uuid.uuid4().hex[:12], tenant, kind, reason, store.scope.time)
    await store.lifecycle_runs.add(run)
    await note_run(store, "lifecycleRuns.start", run)
    return run


async def retry_lifecycle(store: TenancyStore, tenant_id: str, run_id: str) -> LifecycleRun:
    """Lets a run go on now; what a worker finds meanwhile is not kept."""
    found = await store.lifecycle_runs.get(tenant_id, run_id, for_update=True)
    run = replace(retried(found, store.scope.time), lease=found.lease + 1)
    await store.lifecycle_runs.save(run)
    await note_run(store, "lifecycleRuns.retry", run, found)
    return run


async def note_run(
    store: TenancyStore, action: str, run: LifecycleRun, before: LifecycleRun | None = None
) -> None:
    """Notes in the operator's log what became of a run."""
    operator = await store.tenants.find_operator()
    assert operator is not None, "runs are written in the operator's role"
    was = _facts(before) if before else {}
    await note_change(store, Change(operator.tenant_id, action, run.name, was, _facts(run)))


def _facts(run: LifecycleRun) -> dict[str, str]:
    return {
        "client": run.tenant_id,
        "kind": run.kind,
        "reason": run.reason,
        "state": run.state,
        "trouble": run.trouble,
    }
