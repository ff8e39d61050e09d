"""How a client stands, what can be done about it, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.calendar import typed_day
from services.gateway.portal.console.client import STATES, get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import Refusal
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.lifecycle_service_pb2 import LifecycleRun
    from veneer.tenancy.v1.tenant_service_pb2 import Tenant

_SHOWN: Final = 20
_KINDS: Final = {
    pb.LifecycleRun.SUSPEND: "Suspension",
    pb.LifecycleRun.RESUME: "Resumption",
    pb.LifecycleRun.TERMINATE: "End of service",
    pb.LifecycleRun.WITHDRAW: "End taken back",
}
_RUN_STATES: Final = {
    pb.LifecycleRun.RUNNING: ("under way", ""),
    pb.LifecycleRun.SUCCEEDED: ("done", "good"),
    pb.LifecycleRun.FAILED: ("failed", "bad"),
    pb.LifecycleRun.WAITING: ("waiting", ""),
    pb.LifecycleRun.WITHDRAWN: ("taken back", ""),
}
_STEPS: Final = {
    "log-ins": "Log-ins and API keys",
    "dialer": "Dialing",
    "notice": "Mail to the client",
    "confirmation": "Confirmation by mail",
    "end-of-service": "End of the last day",
    "final-invoice": "Last invoice",
}
_STEP_STATES: Final = {
    pb.LifecycleRun.Step.PENDING: ("to do", ""),
    pb.LifecycleRun.Step.STARTED: ("under way", ""),
    pb.LifecycleRun.Step.DONE: ("done", "good"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A run as people read it."""

    run: LifecycleRun
    run_id: str
    kind: str
    state: tuple[str, str]
    steps: tuple[tuple[str, tuple[str, str], str], ...]

    @property
    def is_held(self) -> bool:
        """Whether somebody is waited for."""
        return self.run.state == pb.LifecycleRun.FAILED or bool(
            self.run.state == pb.LifecycleRun.WAITING and self.run.trouble
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing else is begun before it has ended."""
        return self.run.state in (pb.LifecycleRun.RUNNING, pb.LifecycleRun.FAILED)


async def life(visit: Visit) -> Response:
    """Shows the page, or its part that changes by itself."""
    return await _page(visit)


async def suspend(visit: Visit) -> Response:
    """Begins a suspension."""
    form = await form_of(visit)
    request = pb.SuspendTenantRequest(name=tenant_name(visit), **_asked(form))
    try:
        await visit.services.lifecycle.SuspendTenant(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_path(visit))


async def resume(visit: Visit) -> Response:
    """Takes a suspension back."""
    form = await form_of(visit)
    request = pb.ResumeTenantRequest(name=tenant_name(visit), **_asked(form))
    try:
        await visit.services.lifecycle.ResumeTenant(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_path(visit))


async def terminate(visit: Visit) -> Response:
    """Ends the service after the day that was typed, or at once."""
    form = await form_of(visit)
    request = pb.TerminateTenantRequest(name=tenant_name(visit), **_asked(form))
    try:
        if form.get("when") != "now":
            request.last_day.CopyFrom(typed_day(form.get("last_day", ""), "last_day"))
        await visit.services.lifecycle.TerminateTenant(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_path(visit))


async def withdraw(visit: Visit) -> Response:
    """Takes an end of service back."""
    form = await form_of(visit)
    request = pb.WithdrawTerminationRequest(name=tenant_name(visit), **_asked(form))
    try:
        await visit.services.lifecycle.WithdrawTermination(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_path(visit))


async def retry(visit: Visit) -> Response:
    """Lets a run go on that has failed."""
    name = f"{tenant_name(visit)}/lifecycleRuns/{id_in_path(visit, 'run')}"
    request = pb.RetryLifecycleRunRequest(name=name)
    try:
        await visit.services.lifecycle.RetryLifecycleRun(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(_path(visit))


def _asked(form: dict[str, str]) -> dict[str, str]:
    return {"reason": form.get("reason", ""), "request_id": form.get("request_id", "")}


async def _page(
    visit: Visit, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response:
    tenant: Tenant = await get_client(visit)
    request = pb.ListLifecycleRunsRequest(parent=tenant.name, page_size=_SHOWN)
    found = await visit.services.lifecycle.ListLifecycleRuns(request, metadata=visit.metadata)
    rows = list(map(_row, found.lifecycle_runs))
    return visit.page(
        "console/life_runs.html" if visit.is_fragment else "console/life.html",
        status=problem.http_status if problem else 200,
        title="State of service",
        tenant=tenant,
        tenant_id=tenant.name.removeprefix("tenants/"),
        state=STATES[tenant.state],
        is_active=tenant.state == tenants_pb.Tenant.ACTIVE,
        is_ended=tenant.state == tenants_pb.Tenant.CANCELLED,
        is_suspended=tenant.state == tenants_pb.Tenant.SUSPENDED,
        rows=rows,
        is_open=any(row.is_open for row in rows),
        ending=next((row.run for row in rows if row.run.is_withdrawable), None),
        is_moving=any(row.run.state == pb.LifecycleRun.RUNNING for row in rows),
        may_change=visit.caller.may("tenants.write"),
        request_id=new_request_id,
        problem=problem,
        typed=typed or {},
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _row(run: LifecycleRun) -> Row:
    steps = tuple(
        (_STEPS.get(step.name, step.name), _STEP_STATES[step.state], step.trouble)
        for step in run.steps
    )
    run_id = run.name.rpartition("/")[2]
    return Row(run, run_id, _KINDS[run.kind], _RUN_STATES[run.state], steps)


def _path(visit: Visit) -> str:
    return f"/clients/{visit.request.path_params['tenant']}/life"
