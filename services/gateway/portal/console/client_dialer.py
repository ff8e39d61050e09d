"""A client in the dialer: the runs that set it up, and what is not there as it should be."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import drift_service_pb2 as drifts_pb
from veneer.telephony.v1 import provisioning_service_pb2 as pb

_RUNS_SHOWN = 10
_DRIFTS_SHOWN = 200
_Step = pb.ProvisioningRun.Step
RUN_STATES: Final[dict[int, tuple[str, str]]] = {
    pb.ProvisioningRun.RUNNING: ("goes on", ""),
    pb.ProvisioningRun.SUCCEEDED: ("everything is there", "good"),
    pb.ProvisioningRun.FAILED: ("waits for somebody", "bad"),
    pb.ProvisioningRun.UNDOING: ("is being undone", ""),
    pb.ProvisioningRun.UNDONE: ("undone", ""),
}
STEP_STATES: Final[dict[int, tuple[str, str]]] = {
    _Step.PENDING: ("to be done", ""),
    _Step.STARTED: ("begun", ""),
    _Step.DONE: ("done", "good"),
    _Step.UNDOING: ("is being undone", ""),
    _Step.UNDONE: ("undone", ""),
}


async def client_dialer(visit: Visit) -> Response:
    """Shows the newest run with its steps, earlier ones, and drifts."""
    return await _page(visit)


async def retry_run(visit: Visit) -> Response:
    """Lets a run go on now."""
    form = await form_of(visit)
    request = pb.RetryProvisioningRunRequest(
        name=_run_name(visit), request_id=form.get("request_id", "")
    )
    retrying = visit.services.provisioning.RetryProvisioningRun(request, metadata=visit.metadata)
    return await _move(visit, retrying)


async def undo_run(visit: Visit) -> Response:
    """Removes all that the client has in the dialer."""
    form = await form_of(visit)
    request = pb.UndoProvisioningRunRequest(
        name=_run_name(visit), request_id=form.get("request_id", "")
    )
    undoing = visit.services.provisioning.UndoProvisioningRun(request, metadata=visit.metadata)
    return await _move(visit, undoing)


async def repair_drifts(visit: Visit) -> Response:
    """Puts the client's objects right, now."""
    form = await form_of(visit)
    request = drifts_pb.RepairDriftsRequest(
        parent=tenant_name(visit), request_id=form.get("request_id", "")
    )
    return await _move(
        visit, visit.services.drifts.RepairDrifts(request, metadata=visit.metadata), "#drifts"
    )


async def _move(visit: Visit, doing: Awaitable[object], place: str = "") -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"/clients/{tenant_name(visit).split('/')[1]}/dialer{place}")


def _run_name(visit: Visit) -> str:
    run = name_in_path(visit, "provisioningRuns", "run").rpartition("/")[2]
    return f"{tenant_name(visit)}/provisioningRuns/{run}"


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    client = await get_client(visit)
    services, metadata = visit.services, visit.metadata
    listed = await services.provisioning.ListProvisioningRuns(
        pb.ListProvisioningRunsRequest(parent=client.name, page_size=_RUNS_SHOWN),
        metadata=metadata,
    )
    runs = list(listed.provisioning_runs)
    if runs:
        request = pb.GetProvisioningRunRequest(name=runs[0].name)
        runs[0] = await services.provisioning.GetProvisioningRun(request, metadata=metadata)
    drifts = await services.drifts.ListDrifts(
        drifts_pb.ListDriftsRequest(parent=client.name, page_size=_DRIFTS_SHOWN), metadata=metadata
    )
    return visit.page(
        "console/client_dialer.html",
        status=problem.http_status if problem else 200,
        title=f"{client.display_name} in the dialer",
        client=client,
        client_id=client.name.removeprefix("tenants/"),
        runs=runs,
        run_states=RUN_STATES,
        step_states=STEP_STATES,
        states=pb.ProvisioningRun,
        drifts=drifts.drifts,
        may_change=visit.caller.may("provisioning.write"),
        problem=problem,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
