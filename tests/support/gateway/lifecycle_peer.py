"""A scripted tenancy's lifecycle runs."""

from __future__ import annotations

from typing import Any

from services.kit.errors import Kind, NotFound, Refusal
from tests.support.gateway.world import World
from veneer.tenancy.v1 import cancellation_service_pb2 as cancellations_pb
from veneer.tenancy.v1 import cancellation_service_pb2_grpc as cancellations_rpc
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb
from veneer.tenancy.v1 import lifecycle_service_pb2_grpc as rpc
from veneer.tenancy.v1 import tenant_service_pb2


class LifecycleRunOpen(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LIFECYCLE_RUN_OPEN"


class LifecycleStateForbids(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LIFECYCLE_STATE_FORBIDS"


class Lifecycle(rpc.LifecycleServiceServicer):
    """Runs that get nowhere: they are as the test put them into the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def SuspendTenant(self, request: Any, context: Any) -> Any:
        return self._begin(request, pb.LifecycleRun.SUSPEND, tenant_service_pb2.Tenant.SUSPENDED)

    async def ResumeTenant(self, request: Any, context: Any) -> Any:
        return self._begin(request, pb.LifecycleRun.RESUME, tenant_service_pb2.Tenant.ACTIVE)

    async def TerminateTenant(self, request: Any, context: Any) -> Any:
        day = request.last_day
        self._world.hear(f"TerminateTenant {request.name} {day.year}-{day.month}-{day.day}")
        state = tenant_service_pb2.Tenant.ACTIVE
        run = self._begin(request, pb.LifecycleRun.TERMINATE, state)
        run.state, run.is_withdrawable = pb.LifecycleRun.WAITING, True
        run.service_end_time.FromDatetime(self._world.clock.now())
        return run

    async def WithdrawTermination(self, request: Any, context: Any) -> Any:
        self._world.hear(f"WithdrawTermination {request.name} {request.reason}")
        return pb.LifecycleRun()

    async def ListLifecycleRuns(self, request: Any, context: Any) -> Any:
        runs = [run for run in self._world.lifecycle_runs if run.name.startswith(request.parent)]
        return pb.ListLifecycleRunsResponse(lifecycle_runs=runs)

    async def GetLifecycleRun(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def RetryLifecycleRun(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RetryLifecycleRun {request.name}")
        for run in self._world.lifecycle_runs:
            if run.name == request.name:
                run.state = pb.LifecycleRun.RUNNING
                return run
        raise NotFound(resource=request.name)

    def _begin(self, request: Any, kind: Any, state: Any) -> Any:
        runs = self._world.lifecycle_runs
        if any(run.state == pb.LifecycleRun.RUNNING for run in runs):
            raise LifecycleRunOpen("Another change of this client has not come to its end.")
        step = pb.LifecycleRun.Step
        run = pb.LifecycleRun(
            name=f"{request.name}/lifecycleRuns/r{len(runs)}",
            kind=kind,
            reason=request.reason,
            state=pb.LifecycleRun.RUNNING,
            steps=[
                step(name="log-ins", state=step.DONE),
                step(name="dialer", state=step.STARTED, trouble="TEMPORARILY_UNAVAILABLE: <b>"),
                step(name="notice", state=step.PENDING),
            ],
        )
        run.create_time.FromDatetime(self._world.clock.now())
        runs.insert(0, run)
        self._world.states[request.name] = state
        return run


class Cancellations(cancellations_rpc.CancellationServiceServicer):
    """What clients have asked for, until they take it back."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetCancellation(self, request: Any, context: Any) -> Any:
        none = cancellations_pb.Cancellation(state=cancellations_pb.Cancellation.NONE)
        return self._world.cancellations.get(request.name, none)

    async def RequestCancellation(self, request: Any, context: Any) -> Any:
        day = request.last_day
        self._world.hear(f"RequestCancellation {day.year}-{day.month}-{day.day} {request.reason}")
        made = cancellations_pb.Cancellation(
            name=request.name, state=cancellations_pb.Cancellation.CANCELLED, is_withdrawable=True
        )
        made.service_end_time.FromDatetime(self._world.clock.now())
        self._world.cancellations[request.name] = made
        return made

    async def WithdrawCancellation(self, request: Any, context: Any) -> Any:
        if request.name not in self._world.cancellations:
            raise LifecycleStateForbids("No end of service is to come.")
        return self._world.cancellations.pop(request.name)


def lifecycle_services(world: World) -> list[Any]:
    """Gives what of it a scripted tenancy serves."""
    return [
        (rpc.add_LifecycleServiceServicer_to_server, Lifecycle(world)),
        (
            cancellations_rpc.add_CancellationServiceServicer_to_server,
            Cancellations(world),
        ),
    ]
