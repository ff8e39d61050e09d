"""ProfitAndLossService: what months came to, and what they would come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from services.billing.domain.entry_rules import of_amount
from services.billing.domain.overheads import check_overheads, of_money
from services.billing.domain.profit_and_loss import (
    ProfitAndLoss,
    Result,
    Scenario,
    UnitUse,
    project,
)
from services.billing.rpc import wire_overheads
from services.billing.rpc.names import existing_month
from services.billing.rpc.wire_tariffs import amount_from_wire, item_from_wire
from services.billing.usecases import Desk
from services.billing.usecases.tell_profit_and_loss import (
    tell_profit_and_loss,
    tell_unit_economics,
)
from services.kit.aip.resource_name import tenant_id_of
from services.kit.errors import FieldViolation, InvalidRequest
from services.kit.money import Money
from services.kit.money_wire import decimal_to_wire, money_from_wire, money_to_wire
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import profit_and_loss_service_pb2 as pb
from veneer.billing.v1 import profit_and_loss_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_CLIENTS_MAX: Final = 100_000
_USES_MAX: Final = 50


class ProfitAndLossService(rpc.ProfitAndLossServiceServicer):
    """veneer.billing.v1.ProfitAndLossService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetProfitAndLoss(
        self, request: pb.GetProfitAndLossRequest, context: Context
    ) -> pb.ProfitAndLoss:
        month = existing_month(request.name.rpartition("/")[2], request.name)
        return _profit_and_loss(await tell_profit_and_loss(self._desk, month))

    async def ComputeProjection(
        self, request: pb.ComputeProjectionRequest, context: Context
    ) -> pb.Projection:
        scenario = _scenario(request)
        result, per_client = project(scenario)
        return _projection(result, per_client)

    async def ComputeUnitEconomics(
        self, request: pb.ComputeUnitEconomicsRequest, context: Context
    ) -> pb.ComputeUnitEconomicsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        on = _date(request.date) if request.date else None
        currency_code, units = await tell_unit_economics(self._desk, tenant_id, on)
        answer = pb.ComputeUnitEconomicsResponse(currency_code=currency_code)
        for item, unit in units.items():
            wire = answer.units.add(
                item=price_pb2.Item.Value(item),
                unit_cost=decimal_to_wire(unit.unit_cost),
                unit_price=decimal_to_wire(unit.unit_price),
                profit=decimal_to_wire(unit.profit),
            )
            if unit.markup_percent is not None:
                wire.markup_percent.CopyFrom(decimal_to_wire(unit.markup_percent))
        return answer


def _scenario(request: pb.ComputeProjectionRequest) -> Scenario:
    revenue = money_from_wire(request.revenue_per_client)
    staff = None
    if request.HasField("support_staff"):
        staff = wire_overheads.staff_from_wire(request.support_staff)
    fixed_costs = wire_overheads.fixed_costs_from_wire(request.fixed_costs)
    uses = tuple(
        UnitUse(
            item_from_wire(use.item),
            amount_from_wire(use.quantity, f"client_uses[{index}].quantity"),
            amount_from_wire(use.unit_cost, f"client_uses[{index}].unit_cost"),
        )
        for index, use in enumerate(request.client_uses)
    )
    scenario = Scenario(request.client_count, revenue, fixed_costs, uses, staff)
    if violations := list(_violations(scenario)):
        raise InvalidRequest(violations)
    check_overheads(fixed_costs, staff, revenue.currency_code, "")
    return scenario


def _violations(scenario: Scenario) -> Iterator[FieldViolation]:
    revenue = scenario.revenue_per_client
    if not 1 <= scenario.client_count <= _CLIENTS_MAX:
        yield FieldViolation("client_count", f"Must be 1 to {_CLIENTS_MAX}.")
    yield from of_money(revenue, revenue.currency_code, "revenue_per_client")
    if len(scenario.uses) > _USES_MAX:
        yield FieldViolation("client_uses", f"Must be at most {_USES_MAX}.")
    for index, use in enumerate(scenario.uses):
        yield from of_amount(use.quantity, f"client_uses[{index}].quantity")
        yield from of_amount(use.unit_cost, f"client_uses[{index}].unit_cost")


def _profit_and_loss(told: ProfitAndLoss) -> pb.ProfitAndLoss:
    result = told.result
    wire = pb.ProfitAndLoss(
        name=f"profitAndLosses/{told.month}",
        lines=[
            pb.ProfitAndLoss.Line(
                item=price_pb2.Item.Value(each.item) if each.item else price_pb2.ITEM_UNSPECIFIED,
                revenue=money_to_wire(each.revenue),
                variable_cost=money_to_wire(each.variable_cost),
            )
            for each in told.items
        ],
        revenue=money_to_wire(result.revenue),
        variable_cost=money_to_wire(result.variable_cost),
        fixed_costs=map(wire_overheads.fixed_cost, told.overheads.fixed_costs),
        fixed_cost=money_to_wire(result.fixed_cost),
        client_count=told.client_count,
        support_person_count=result.support_person_count,
        support_cost=money_to_wire(result.support_cost),
        cost=money_to_wire(result.cost),
        profit=money_to_wire(result.profit),
        problems=[
            pb.ProfitAndLoss.Problem(tenant=f"tenants/{tenant_id}", reason=reason)
            for tenant_id, reason in told.problems.items()
        ],
    )
    if result.margin_percent is not None:
        wire.margin_percent.CopyFrom(decimal_to_wire(result.margin_percent))
    return wire


def _projection(result: Result, per_client: Money) -> pb.Projection:
    wire = pb.Projection(
        revenue=money_to_wire(result.revenue),
        fixed_cost=money_to_wire(result.fixed_cost),
        variable_cost_per_client=money_to_wire(per_client),
        variable_cost=money_to_wire(result.variable_cost),
        support_person_count=result.support_person_count,
        support_cost=money_to_wire(result.support_cost),
        cost=money_to_wire(result.cost),
        profit=money_to_wire(result.profit),
    )
    if result.margin_percent is not None:
        wire.margin_percent.CopyFrom(decimal_to_wire(result.margin_percent))
    return wire


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest.at("date", "Must be a date, yyyy-mm-dd.") from error
