"""Asks the telephony service to bring a client into the dialer, and out of it."""

from __future__ import annotations

from typing import Final

import grpc

from services.kit.errors import Kind, Refusal
from services.kit.rpc.errors import refusal_from
from services.tenancy.domain.onboarding import Run, StepName
from veneer.telephony.v1 import provisioning_service_pb2 as pb
from veneer.telephony.v1 import provisioning_service_pb2_grpc as rpc
from veneer.telephony.v1 import route_service_pb2 as routes_pb
from veneer.telephony.v1 import route_service_pb2_grpc as routes_rpc

_DEADLINE_SECONDS: Final = 10.0
_RUNS_READ: Final = 50


class ProvisioningFailed(Refusal):
    """The client could not be set up in the dialer."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PROVISIONING_FAILED"


class Dialer:
    """The telephony service, as far as clients come in by it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._runs = rpc.ProvisioningServiceStub(channel)
        self._routes = routes_rpc.RouteServiceStub(channel)

    async def provision(self, run: Run) -> bool:
        """Has everything made that the client needs; True when it is there.

        May be repeated. Refuses with PROVISIONING_FAILED if that came to nothing.
        """
        setup = pb.ProvisioningRun.Setup(
            campaign_name=run.setup.campaign_name,
            agent_count=run.setup.agent_count,
            caller_ids=run.setup.caller_ids,
        )
        request = pb.CreateProvisioningRunRequest(
            parent=f"tenants/{run.tenant_id}",
            provisioning_run=pb.ProvisioningRun(setup=setup),
            request_id=run.request_id(StepName.DIALER),
        )
        try:
            made = await self._runs.CreateProvisioningRun(request, timeout=_DEADLINE_SECONDS)
            # A repeated request is answered as the first was: how it stands by now is asked for.
            asked = pb.GetProvisioningRunRequest(name=made.name)
            found = await self._runs.GetProvisioningRun(asked, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        if found.state == pb.ProvisioningRun.SUCCEEDED:
            return True
        if found.state == pb.ProvisioningRun.RUNNING:
            return False
        raise ProvisioningFailed(found.trouble or "It was undone.", run=found.name)

    async def remove(self, tenant_id: str) -> bool:
        """Has everything of the client removed; True when nothing is left. May be repeated."""
        request = pb.ListProvisioningRunsRequest(
            parent=f"tenants/{tenant_id}", page_size=_RUNS_READ
        )
        try:
            answer = await self._runs.ListProvisioningRuns(request, timeout=_DEADLINE_SECONDS)
            left = [
                run for run in answer.provisioning_runs if run.state != pb.ProvisioningRun.UNDONE
            ]
            for run in left:
                if run.state != pb.ProvisioningRun.UNDOING:
                    undo = pb.UndoProvisioningRunRequest(name=run.name)
                    await self._runs.UndoProvisioningRun(undo, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return not left

    async def give_routes(self, run: Run) -> None:
        """Gives the client its routes; those that it has already stay. May be repeated."""
        for route in run.setup.routes:
            request = routes_pb.AssignRouteRequest(
                name=route,
                tenant=f"tenants/{run.tenant_id}",
                request_id=run.request_id(StepName.ROUTES, route),
            )
            try:
                await self._routes.AssignRoute(request, timeout=_DEADLINE_SECONDS)
            except grpc.aio.AioRpcError as error:
                raise refusal_from(error) from error
