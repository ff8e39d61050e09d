"""A scripted tenancy's onboarding runs."""

from __future__ import annotations

from typing import Any

from services.kit.errors import (
    AlreadyExists,
    FieldViolation,
    InvalidRequest,
    Kind,
    NotFound,
    Refusal,
)
from tests.support.gateway.world import World
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import onboarding_service_pb2_grpc as rpc

STEPS = ("client", "log-in", "agreement", "dialer", "prices", "routes", "welcome")
_Step = pb.OnboardingRun.Step


class PasswordTooWeak(Refusal):
    """As tenancy says it."""

    kind = Kind.INVALID_ARGUMENT
    reason = "PASSWORD_TOO_WEAK"


class Onboarding(rpc.OnboardingServiceServicer):
    """Runs that get nowhere: they are as the test put them into the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def StartOnboarding(self, request: Any, context: Any) -> Any:
        if len(request.owner.password) < 12:
            raise PasswordTooWeak("A password must have 12 to 200 characters.")
        if request.tenant_id == "abc-solar":
            raise AlreadyExists("There is a tenant of this id.", resource="tenants/abc-solar")
        if request.tenant.time_zone == "Mars/Base":
            raise InvalidRequest(
                [
                    FieldViolation("tenant.time_zone", "Must be the IANA name of a zone."),
                    FieldViolation("tenant.host_names[0]", "Must be a lower-case host name."),
                ]
            )
        run = pb.OnboardingRun(
            name=f"onboardingRuns/r{len(self._world.onboarding_runs)}",
            tenant=f"tenants/{request.tenant_id}",
            display_name=request.tenant.display_name,
            setup=request.setup,
            state=pb.OnboardingRun.WAITING,
            is_cancellable=True,
            steps=[_Step(name=name, state=_Step.PENDING) for name in STEPS],
        )
        now = self._world.clock.now()
        run.create_time.FromDatetime(now)
        for step in run.steps[:3]:
            step.state = _Step.STARTED if step.name == "agreement" else _Step.DONE
            step.start_time.FromDatetime(now)
        self._world.onboarding_runs.insert(0, run)
        self._world.onboarding_asked = request
        return run

    async def GetOnboardingRun(self, request: Any, context: Any) -> Any:
        return self._run(request.name)

    async def ListOnboardingRuns(self, request: Any, context: Any) -> Any:
        return pb.ListOnboardingRunsResponse(onboarding_runs=self._world.onboarding_runs)

    async def RecordSignature(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RecordSignature {request.signer_name} {request.note}")
        return self._run(request.name)

    async def RetryOnboardingRun(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RetryOnboardingRun {request.name} {','.join(request.routes)}")
        return self._run(request.name)

    async def CancelOnboardingRun(self, request: Any, context: Any) -> Any:
        if not request.reason:
            raise InvalidRequest.at("reason", "Must have 1 to 300 characters.")
        self._world.hear(f"CancelOnboardingRun {request.name} {request.reason}")
        return self._run(request.name)

    def _run(self, name: str) -> Any:
        for run in self._world.onboarding_runs:
            if run.name == name:
                return run
        raise NotFound(resource=name)


def onboarding_services(world: World) -> list[Any]:
    """Gives what of it a scripted tenancy serves."""
    return [(rpc.add_OnboardingServiceServicer_to_server, Onboarding(world))]
