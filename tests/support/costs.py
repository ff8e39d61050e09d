"""What costs and earns, as tests of billing talk to it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import grpc

from services.billing.usecases import Desk
from services.billing.worker.loss_checks import LossChecks
from tests.support.simulators.usage_calls import CallFeedSimulator
from veneer.billing.v1 import (
    carrier_reconciliation_service_pb2_grpc,
    disallowed_carrier_service_pb2_grpc,
    loss_policy_service_pb2,
    loss_policy_service_pb2_grpc,
    overhead_book_service_pb2_grpc,
    profit_and_loss_service_pb2_grpc,
    rate_sheet_service_pb2,
    rate_sheet_service_pb2_grpc,
    route_carrier_service_pb2,
    route_carrier_service_pb2_grpc,
)


class Costs:
    """Stubs of what the operator alone may ask for, and the calls that usage gives one by one."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        telephony: grpc.aio.Channel,
        feed: CallFeedSimulator,
        desk: Desk,
    ) -> None:
        self.feed = feed
        self.checks = LossChecks(desk)
        self.losses: Any = loss_policy_service_pb2_grpc.LossPolicyServiceStub(channel)
        self.sheets: Any = rate_sheet_service_pb2_grpc.RateSheetServiceStub(channel)
        self.overheads: Any = overhead_book_service_pb2_grpc.OverheadBookServiceStub(channel)
        self.months: Any = profit_and_loss_service_pb2_grpc.ProfitAndLossServiceStub(channel)
        self.reconciliations: Any = (
            carrier_reconciliation_service_pb2_grpc.CarrierReconciliationServiceStub(channel)
        )
        self._routes_by_telephony: Any = route_carrier_service_pb2_grpc.RouteCarrierServiceStub(
            telephony
        )
        self.disallowed: Any = disallowed_carrier_service_pb2_grpc.DisallowedCarrierServiceStub(
            telephony
        )

    async def set_route(self, route: str, carrier: str, tenant_id: str = "") -> None:
        """Says which carrier is behind a route, as telephony does."""
        said = route_carrier_service_pb2.RouteCarrier(
            route=f"routes/{route}",
            carrier=carrier,
            tenant=f"tenants/{tenant_id}" if tenant_id else "",
        )
        request = route_carrier_service_pb2.SetRouteCarrierRequest(route_carrier=said)
        await self._routes_by_telephony.SetRouteCarrier(request)

    async def set_policy(
        self, operator: Any, mode: str, basis: str = "EVERY_DURATION"
    ) -> loss_policy_service_pb2.LossPolicy:
        """Sets what is done about losses."""
        of = loss_policy_service_pb2.LossPolicy
        policy = of(mode=of.Mode.Value(mode), basis=of.Basis.Value(basis))
        request = loss_policy_service_pb2.SetLossPolicyRequest(loss_policy=policy)
        found: loss_policy_service_pb2.LossPolicy = await self.losses.SetLossPolicy(
            request, metadata=operator
        )
        return found

    async def send_sheet(self, operator: Any, carrier: str, text: str, **more: Any) -> Any:
        """Sends a rate sheet in US dollars."""
        request = rate_sheet_service_pb2.ImportRateSheetRequest(
            carrier=carrier, csv=text.encode(), currency_code="USD", **more
        )
        return await self.sheets.ImportRateSheet(request, metadata=operator)


def a_name(kind: str) -> str:
    """Gives a name that no other test has."""
    return f"{kind}-{uuid.uuid4().hex[:10]}"


def iso(day: date) -> str:
    """Writes a date as sheets have it."""
    return day.isoformat()
