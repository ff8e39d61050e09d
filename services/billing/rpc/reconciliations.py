"""CarrierReconciliationService: carriers' bills against our own legs."""

from __future__ import annotations

import csv
import io
from datetime import UTC
from typing import TYPE_CHECKING, Final

from google.api.httpbody_pb2 import HttpBody

from services.billing.domain.reconciliation import (
    BYTES_MAX,
    Reconciliation,
    Standing,
    dispute_rows,
)
from services.billing.domain.route_carrier import checked_carrier
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.reconcile_carrier import (
    add_carrier_calls,
    create_reconciliation,
    existing,
    reconcile_carrier,
)
from services.kit.errors import InvalidRequest
from services.kit.money import round_money
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import carrier_reconciliation_service_pb2 as pb
from veneer.billing.v1 import carrier_reconciliation_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT: Final = ""
_COLLECTION: Final = "carrierReconciliations/"
_START_TOLERANCE_SECONDS: Final = 120
_PARTS_MAX: Final = 10_000
_ANSWER: Final = pb.CarrierReconciliation


class CarrierReconciliationService(rpc.CarrierReconciliationServiceServicer):
    """veneer.billing.v1.CarrierReconciliationService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CreateCarrierReconciliation(
        self, request: pb.CreateCarrierReconciliationRequest, context: Context
    ) -> pb.CarrierReconciliation:
        wire = request.carrier_reconciliation
        new = Reconciliation(
            reconciliation_id=request.carrier_reconciliation_id,
            carrier=checked_carrier(wire.carrier, "carrier_reconciliation.carrier"),
            start_time=wire.start_time.ToDatetime(UTC),
            end_time=wire.end_time.ToDatetime(UTC),
            currency_code=wire.currency_code,
            time_zone=wire.time_zone,
            start_tolerance_seconds=wire.start_tolerance_seconds or _START_TOLERANCE_SECONDS,
            duration_tolerance_seconds=wire.duration_tolerance_seconds,
            create_time=self._desk.clock.now(),
        )
        once = Once(_NO_TENANT, request, _to_wire, _ANSWER, "carrierReconciliations.create")
        return await create_reconciliation(self._desk, new, once)

    async def AddCarrierCalls(
        self, request: pb.AddCarrierCallsRequest, context: Context
    ) -> pb.CarrierReconciliation:
        if not 1 <= request.part <= _PARTS_MAX:
            raise InvalidRequest.at("part", f"Must be 1 to {_PARTS_MAX}.")
        if len(request.csv) > BYTES_MAX:
            raise InvalidRequest.at("csv", f"Must be at most {BYTES_MAX} bytes.")
        once = Once(_NO_TENANT, request, _to_wire, _ANSWER, "carrierReconciliations.addCalls")
        return await add_carrier_calls(
            self._desk, _id(request.name), request.part, request.csv, once
        )

    async def ReconcileCarrier(
        self, request: pb.ReconcileCarrierRequest, context: Context
    ) -> pb.CarrierReconciliation:
        once = Once(_NO_TENANT, request, _to_wire, _ANSWER, "carrierReconciliations.reconcile")
        return await reconcile_carrier(self._desk, _id(request.name), once)

    async def GetCarrierReconciliation(
        self, request: pb.GetCarrierReconciliationRequest, context: Context
    ) -> pb.CarrierReconciliation:
        async with self._desk.db.operator_read() as store:
            return _to_wire(await existing(store, _id(request.name)))

    async def DownloadCarrierDispute(
        self, request: pb.DownloadCarrierDisputeRequest, context: Context
    ) -> HttpBody:
        async with self._desk.db.operator_read() as store:
            standing = await existing(store, _id(request.name))
            found = await store.reconciliations.disputed(standing.reconciliation.reconciliation_id)
        text = io.StringIO()
        csv.writer(text).writerows(dispute_rows(found))
        return HttpBody(content_type="text/csv; charset=utf-8", data=text.getvalue().encode())


def _id(name: str) -> str:
    return name.removeprefix(_COLLECTION)


def _to_wire(standing: Standing) -> pb.CarrierReconciliation:
    of = standing.reconciliation
    wire = pb.CarrierReconciliation
    return wire(
        name=f"{_COLLECTION}{of.reconciliation_id}",
        carrier=of.carrier,
        start_time=timestamp(of.start_time),
        end_time=timestamp(of.end_time),
        currency_code=of.currency_code,
        time_zone=of.time_zone,
        start_tolerance_seconds=of.start_tolerance_seconds,
        duration_tolerance_seconds=of.duration_tolerance_seconds,
        state=wire.DONE if standing.totals else wire.OPEN,
        carrier_call_count=standing.call_count,
        classes=[
            wire.Class(
                outcome=wire.Outcome.Value(total.outcome),
                call_count=total.call_count,
                carrier_amount=decimal_to_wire(total.carrier_amount),
                own_amount=decimal_to_wire(total.own_amount),
                at_stake=decimal_to_wire(total.at_stake),
            )
            for total in standing.totals
        ],
        carrier_amount=money_to_wire(round_money(standing.carrier_amount, of.currency_code)),
        create_time=timestamp(of.create_time),
    )
