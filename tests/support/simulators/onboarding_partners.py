"""A telephony and a billing that clients are brought into, as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from services.kit.errors import Kind, NotFound, Refusal, Unavailable
from services.kit.rpc.server import Service
from veneer.billing.v1 import plan_service_pb2 as plans_pb
from veneer.billing.v1 import plan_service_pb2_grpc as plans_rpc
from veneer.billing.v1 import price_book_service_pb2 as books_pb
from veneer.billing.v1 import price_book_service_pb2_grpc as books_rpc
from veneer.billing.v1 import price_schedule_service_pb2 as schedule_pb
from veneer.billing.v1 import price_schedule_service_pb2_grpc as schedule_rpc
from veneer.telephony.v1 import provisioning_service_pb2 as runs_pb
from veneer.telephony.v1 import provisioning_service_pb2_grpc as runs_rpc
from veneer.telephony.v1 import route_service_pb2 as routes_pb
from veneer.telephony.v1 import route_service_pb2_grpc as routes_rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

PLAN = "planVersions/silver.1"
_State = runs_pb.ProvisioningRun


class SimulatedPriceBelowCost(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_BELOW_COST"


@dataclass
class Partners:
    """What both know, and what goes wrong with them.

    `away` has the methods that do what they are asked and cannot say so; `dialer_fails` is what
    provisioning comes to, `prices_refused` whether no book is taken.
    """

    runs: dict[str, runs_pb.ProvisioningRun] = field(default_factory=dict)
    books: dict[str, list[books_pb.PriceBook]] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    dialer_fails: str = ""
    prices_refused: bool = False
    minute: str = "0.025 USD per minute"

    def services(self) -> Mapping[str, list[Service]]:
        """What each of the two serves."""
        return {
            "telephony": [
                (runs_rpc.add_ProvisioningServiceServicer_to_server, _Provisioning(self)),
                (routes_rpc.add_RouteServiceServicer_to_server, _Routes(self)),
            ],
            "billing": [
                (plans_rpc.add_PlanServiceServicer_to_server, _Plans(self)),
                (books_rpc.add_PriceBookServiceServicer_to_server, _Books(self)),
                (schedule_rpc.add_PriceScheduleServiceServicer_to_server, _Schedules(self)),
            ],
        }

    def standing(self, tenant: str) -> list[str]:
        """Gives the states of a tenant's provisioning runs."""
        found = [run for run in self.runs.values() if run.name.startswith(f"{tenant}/")]
        return [_State.State.Name(run.state) for run in found]

    def say(self, method: str) -> None:
        """Fails to answer what has been done already, once."""
        if method in self.away:
            self.away.remove(method)
            raise Unavailable


class _Provisioning(runs_rpc.ProvisioningServiceServicer):
    """A run is over when it has been looked at once."""

    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def CreateProvisioningRun(
        self, request: runs_pb.CreateProvisioningRunRequest, context: Context
    ) -> runs_pb.ProvisioningRun:
        runs, answers = self._partners.runs, self._partners.answers
        if request.request_id not in answers:
            name = f"{request.parent}/provisioningRuns/r{len(runs) + 1}"
            runs[name] = runs_pb.ProvisioningRun(
                name=name, state=_State.RUNNING, setup=request.provisioning_run.setup
            )
            answers[request.request_id] = name
        self._partners.say("CreateProvisioningRun")
        return runs[answers[request.request_id]]

    async def GetProvisioningRun(
        self, request: runs_pb.GetProvisioningRunRequest, context: Context
    ) -> runs_pb.ProvisioningRun:
        run = self._partners.runs[request.name]
        answer = runs_pb.ProvisioningRun()
        answer.CopyFrom(run)
        if run.state == _State.RUNNING:
            run.trouble = self._partners.dialer_fails
            run.state = _State.FAILED if run.trouble else _State.SUCCEEDED
        return answer

    async def ListProvisioningRuns(
        self, request: runs_pb.ListProvisioningRunsRequest, context: Context
    ) -> runs_pb.ListProvisioningRunsResponse:
        self._partners.say("ListProvisioningRuns")
        found = [
            run for name, run in self._partners.runs.items() if name.startswith(request.parent)
        ]
        answer = runs_pb.ListProvisioningRunsResponse(provisioning_runs=found)
        for run in found:
            if run.state == _State.UNDOING:
                run.state = _State.UNDONE
        return answer

    async def UndoProvisioningRun(
        self, request: runs_pb.UndoProvisioningRunRequest, context: Context
    ) -> runs_pb.ProvisioningRun:
        run = self._partners.runs[request.name]
        run.state = _State.UNDOING
        return run

    async def RetryProvisioningRun(
        self, request: runs_pb.RetryProvisioningRunRequest, context: Context
    ) -> runs_pb.ProvisioningRun:
        raise NotImplementedError("no run asks for it")


class _Routes(routes_rpc.RouteServiceServicer):
    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def AssignRoute(
        self, request: routes_pb.AssignRouteRequest, context: Context
    ) -> routes_pb.Route:
        routes = self._partners.routes
        if request.name not in routes:
            raise NotFound(resource=request.name)
        routes[request.name] = request.tenant
        self._partners.say("AssignRoute")
        return routes_pb.Route(name=request.name, tenant=request.tenant)

    async def CreateRoute(
        self, request: routes_pb.CreateRouteRequest, context: Context
    ) -> routes_pb.Route:
        raise NotImplementedError("no run asks for it")

    async def ListRoutes(
        self, request: routes_pb.ListRoutesRequest, context: Context
    ) -> routes_pb.ListRoutesResponse:
        raise NotImplementedError("no run asks for it")


class _Plans(plans_rpc.PlanServiceServicer):
    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def ListPlanVersions(
        self, request: plans_pb.ListPlanVersionsRequest, context: Context
    ) -> plans_pb.ListPlanVersionsResponse:
        plan = plans_pb.PlanVersion(name=PLAN, plan="silver", version=1, currency_code="USD")
        return plans_pb.ListPlanVersionsResponse(plan_versions=[plan])

    async def CreatePlanVersion(
        self, request: plans_pb.CreatePlanVersionRequest, context: Context
    ) -> plans_pb.PlanVersion:
        raise NotImplementedError("no run asks for it")


class _Books(books_rpc.PriceBookServiceServicer):
    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def CreatePriceBook(
        self, request: books_pb.CreatePriceBookRequest, context: Context
    ) -> books_pb.PriceBook:
        answers = self._partners.answers
        if self._partners.prices_refused:
            raise SimulatedPriceBelowCost("A price is below cost.")
        if request.request_id not in answers:
            self._partners.books.setdefault(request.parent, []).append(request.price_book)
            answers[request.request_id] = request.price_book
        self._partners.say("CreatePriceBook")
        return request.price_book

    async def ListPriceBooks(
        self, request: books_pb.ListPriceBooksRequest, context: Context
    ) -> books_pb.ListPriceBooksResponse:
        raise NotImplementedError("no run asks for it")


class _Schedules(schedule_rpc.PriceScheduleServiceServicer):
    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def GetPriceSchedule(
        self, request: schedule_pb.GetPriceScheduleRequest, context: Context
    ) -> schedule_pb.PriceSchedule:
        line = schedule_pb.PriceSchedule.Line(item="Minutes", price=self._partners.minute)
        return schedule_pb.PriceSchedule(lines=[line] if request.plan_version == PLAN else [])
