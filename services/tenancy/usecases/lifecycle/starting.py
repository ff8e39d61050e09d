"""Begins lifecycle runs, and lets them go on."""

from __future__ import annotations

import uuid
from dataclasses import replace

from services.kit.changes import Change, time_text
from services.kit.errors import NotFound
from services.tenancy.domain.lifecycle import Wanted, begun, retried, withdrawn
from services.tenancy.domain.lifecycle_run import (
    LifecycleRun,
    LifecycleRunOpen,
    LifecycleStateForbids,
    RunKind,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


async def start_lifecycle(store: TenancyStore, wanted: Wanted) -> LifecycleRun:
    """Begins a run of a client.

    Refuses with RESOURCE_NOT_FOUND, LIFECYCLE_STATE_FORBIDS and LIFECYCLE_RUN_OPEN.
    """
    tenant_id, now = wanted.tenant_id, store.scope.time
    await store.lock_life(tenant_id)
    tenant = await store.tenants.find(tenant_id)
    if tenant is None:
        raise NotFound(resource=f"tenants/{tenant_id}")
    run = begun(uuid.uuid4().hex[:12], tenant, wanted, now)
    if wanted.kind is RunKind.TERMINATE and await store.tenants.sells(tenant_id):
        raise LifecycleStateForbids("It has clients of its own, whose service ends first.")
    ending = await store.lifecycle_runs.find_ending(tenant_id, for_update=True)
    if await store.lifecycle_runs.has_open(tenant_id, ending.run_id if ending else ""):
        raise LifecycleRunOpen("Another change of this client has not come to its end.")
    await _mind_the_end(store, wanted, ending)
    await store.lifecycle_runs.add(run)
    await note_run(store, "lifecycleRuns.start", run)
    await _note_end(store, run, ending)
    return run


async def _note_end(store: TenancyStore, run: LifecycleRun, ending: LifecycleRun | None) -> None:
    """Notes in the client's own log that its service is to end, or not to; not the reason."""
    if run.kind not in (RunKind.TERMINATE, RunKind.WITHDRAW):
        return
    action = "cancel" if run.kind is RunKind.TERMINATE else "keep"
    resource = f"tenants/{run.tenant_id}"
    was, told = _end_facts(ending), _end_facts(run)
    await note_change(store, Change(run.tenant_id, f"tenants.{action}", resource, was, told))


async def _mind_the_end(store: TenancyStore, wanted: Wanted, ending: LifecycleRun | None) -> None:
    """Takes an end of service back, or refuses what cannot be begun while one is near."""
    if wanted.kind is RunKind.WITHDRAW:
        if ending is None:
            raise LifecycleStateForbids("No end of service is to come.")
        taken_back = withdrawn(ending, wanted, store.scope.time)
        await store.lifecycle_runs.save(taken_back)
        await note_run(store, "lifecycleRuns.withdraw", taken_back, ending)
        return
    if ending is None:
        return
    is_there = not ending.is_withdrawable or ending.is_due(store.scope.time)
    if is_there or wanted.kind is RunKind.TERMINATE:
        raise LifecycleRunOpen("The end of this client's service is to come already.")


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


def _end_facts(run: LifecycleRun | None) -> dict[str, str]:
    end = run.service_end_time if run else None
    return {"service_end_time": time_text(end) if end else ""}


def _facts(run: LifecycleRun) -> dict[str, str]:
    return {
        "client": run.tenant_id,
        "kind": run.kind,
        "reason": run.reason,
        "state": run.state,
        "trouble": run.trouble,
        **_end_facts(run),
    }
