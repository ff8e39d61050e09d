"""Scripted carriers, stock, set-up runs, drifts and reconciliations, as an operator sees them."""

from __future__ import annotations

from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.type.date_pb2 import Date

from services.kit.errors import NotFound
from services.kit.rpc.server import Service
from tests.support.gateway.world import World
from veneer.telephony.v1 import carrier_service_pb2 as carriers_pb
from veneer.telephony.v1 import carrier_service_pb2_grpc as carriers_rpc
from veneer.telephony.v1 import drift_service_pb2 as drifts_pb
from veneer.telephony.v1 import drift_service_pb2_grpc as drifts_rpc
from veneer.telephony.v1 import provisioning_service_pb2 as runs_pb
from veneer.telephony.v1 import provisioning_service_pb2_grpc as runs_rpc
from veneer.telephony.v1 import reconciliation_service_pb2 as days_pb
from veneer.telephony.v1 import reconciliation_service_pb2_grpc as days_rpc
from veneer.telephony.v1 import stock_number_service_pb2 as stock_pb
from veneer.telephony.v1 import stock_number_service_pb2_grpc as stock_rpc

_STEP = runs_pb.ProvisioningRun.Step


class Carriers(carriers_rpc.CarrierServiceServicer):
    """One, with a secret that nobody is told."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListCarriers(self, request: Any, context: Any) -> Any:
        return carriers_pb.ListCarriersResponse(carriers=[_northline()])

    async def GetCarrier(self, request: Any, context: Any) -> Any:
        found = _northline()
        if request.name != found.name:
            raise NotFound(resource=request.name)
        return found

    async def CreateCarrier(self, request: Any, context: Any) -> Any:
        made = request.carrier
        self._world.hear(f"CreateCarrier {request.carrier_id} {made.host} {','.join(made.codecs)}")
        made.name = f"carriers/{request.carrier_id}"
        return made

    async def UpdateCarrier(self, request: Any, context: Any) -> Any:
        wanted, paths = request.carrier, request.update_mask.paths
        secret = "secret" if "login_secret" in paths else "no secret"
        self._world.hear(f"UpdateCarrier {wanted.name} {wanted.port} {wanted.etag} {secret}")
        return wanted


class Stock(stock_rpc.StockNumberServiceServicer):
    """One number that can be ordered, one that is held."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListStockNumbers(self, request: Any, context: Any) -> Any:
        answer = stock_pb.ListStockNumbersResponse()
        kind = stock_pb.StockNumber
        for digits, state, tenant in (
            ("13125550142", kind.AVAILABLE, ""),
            ("13125550111", kind.HELD, "tenants/abc-solar"),
        ):
            answer.stock_numbers.add(
                name=f"stockNumbers/{digits}",
                phone_number=f"+{digits}",
                carrier="carriers/northline",
                state=state,
                tenant=tenant,
            )
        return answer

    async def CreateStockNumbers(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateStockNumbers {request.carrier} {','.join(request.phone_numbers)}")
        return stock_pb.CreateStockNumbersResponse(created_count=len(request.phone_numbers))

    async def DeleteStockNumber(self, request: Any, context: Any) -> Any:
        self._world.hear(f"DeleteStockNumber {request.name}")
        return Empty()


class Runs(runs_rpc.ProvisioningServiceServicer):
    """One run, which met something."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListProvisioningRuns(self, request: Any, context: Any) -> Any:
        run = self._run(f"{request.parent}/provisioningRuns/r1")
        return runs_pb.ListProvisioningRunsResponse(provisioning_runs=[run])

    async def GetProvisioningRun(self, request: Any, context: Any) -> Any:
        run = self._run(request.name)
        run.steps.add(name="user-group", state=_STEP.DONE)
        run.steps.add(name="route", state=_STEP.STARTED, trouble="The host did not answer.")
        return run

    async def RetryProvisioningRun(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RetryProvisioningRun {request.name}")
        return self._run(request.name)

    async def UndoProvisioningRun(self, request: Any, context: Any) -> Any:
        self._world.hear(f"UndoProvisioningRun {request.name}")
        return self._run(request.name)

    def _run(self, name: str) -> Any:
        run = runs_pb.ProvisioningRun(name=name, state=runs_pb.ProvisioningRun.FAILED, code="ABC")
        run.create_time.FromDatetime(self._world.clock.now())
        return run


class Drifts(drifts_rpc.DriftServiceServicer):
    """One field that somebody changed by hand."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListDrifts(self, request: Any, context: Any) -> Any:
        answer = drifts_pb.ListDriftsResponse()
        drift = answer.drifts.add(
            kind="campaign", object_id="ABC1", field="auto_dial_level", expected="2.0", actual="9.9"
        )
        drift.find_time.FromDatetime(self._world.clock.now())
        drift.seen_time.FromDatetime(self._world.clock.now())
        return answer

    async def RepairDrifts(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RepairDrifts {request.parent}")
        return drifts_pb.RepairDriftsResponse(repaired_count=1)


class Days(days_rpc.ReconciliationServiceServicer):
    """A day that is not explained."""

    async def ListReconciliations(self, request: Any, context: Any) -> Any:
        answer = days_pb.ListReconciliationsResponse()
        answer.reconciliations.add(
            tenant="tenants/abc-solar",
            local_date=Date(year=2025, month=10, day=14),
            journal_call_count=412,
            journal_seconds=30_000,
            table_call_count=415,
            table_seconds=29_400,
            matched_call_count=412,
            table_only_call_count=3,
            drift_reason="CALLS_NOT_METERED",
        )
        return answer


def _northline() -> Any:
    return carriers_pb.Carrier(
        name="carriers/northline",
        display_name="Northline",
        host="sip.northline.example",
        login_user="northgate",
        has_login_secret=True,
        codecs=["ulaw", "g722"],
        etag='"7"',
    )


def console_dialer_services(world: World) -> list[Service]:
    """What is served."""
    return [
        (carriers_rpc.add_CarrierServiceServicer_to_server, Carriers(world)),
        (stock_rpc.add_StockNumberServiceServicer_to_server, Stock(world)),
        (runs_rpc.add_ProvisioningServiceServicer_to_server, Runs(world)),  # type: ignore[abstract]
        (drifts_rpc.add_DriftServiceServicer_to_server, Drifts(world)),
        (days_rpc.add_ReconciliationServiceServicer_to_server, Days()),
    ]
