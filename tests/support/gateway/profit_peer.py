"""A scripted billing that tells profits, with the figures of the customer's own plan."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import Any

from google.type.decimal_pb2 import Decimal

from services.kit.errors import Kind, Refusal
from tests.support.gateway.purses import cents, usd
from tests.support.gateway.world import World
from veneer.billing.v1 import overhead_book_service_pb2 as overheads_pb
from veneer.billing.v1 import overhead_book_service_pb2_grpc as overheads_rpc
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import profit_and_loss_service_pb2 as profits_pb
from veneer.billing.v1 import profit_and_loss_service_pb2_grpc as profits_rpc


class CostMissing(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "COST_MISSING"


class OverheadBooks(overheads_rpc.OverheadBookServiceServicer):
    """Keeps what was told, latest first."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListOverheadBooks(self, request: Any, context: Any) -> Any:
        return overheads_pb.ListOverheadBooksResponse(overhead_books=self._world.overheads)

    async def CreateOverheadBook(self, request: Any, context: Any) -> Any:
        book = overheads_pb.OverheadBook()
        book.CopyFrom(request.overhead_book)
        self._world.overheads.insert(0, book)
        return book


class Profits(profits_rpc.ProfitAndLossServiceServicer):
    """A month with revenue of 100,000.00, and projections by the plan's own sums."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetProfitAndLoss(self, request: Any, context: Any) -> Any:
        if not self._world.overheads:
            raise CostMissing("There are no overheads in the month.")
        book = self._world.overheads[0]
        fixed = sum(cents(each.monthly_cost) for each in book.fixed_costs)
        cost = 1_280_000 + fixed + 800_000
        return profits_pb.ProfitAndLoss(
            name=request.name,
            lines=[
                profits_pb.ProfitAndLoss.Line(
                    item=price_pb2.MINUTES, revenue=usd(10_000_000), variable_cost=usd(1_280_000)
                )
            ],
            revenue=usd(10_000_000),
            variable_cost=usd(1_280_000),
            fixed_costs=book.fixed_costs,
            fixed_cost=usd(fixed),
            client_count=25,
            support_person_count=2,
            support_cost=usd(800_000),
            cost=usd(cost),
            profit=usd(10_000_000 - cost),
            margin_percent=Decimal(value="75.40"),
            problems=[
                profits_pb.ProfitAndLoss.Problem(tenant="tenants/harbor", reason="PRICE_MISSING")
            ],
        )

    async def ComputeProjection(self, request: Any, context: Any) -> Any:
        count, staff = request.client_count, request.support_staff
        people = -(-count // staff.clients_per_person) if staff.clients_per_person else 0
        used = sum(
            Number(each.quantity.value) * Number(each.unit_cost.value)
            for each in request.client_uses
        )
        revenue = count * cents(request.revenue_per_client)
        fixed = sum(cents(each.monthly_cost) for each in request.fixed_costs)
        variable, support = count * int(used * 100), people * cents(staff.cost_per_person)
        cost = fixed + variable + support
        return profits_pb.Projection(
            revenue=usd(revenue),
            fixed_cost=usd(fixed),
            variable_cost=usd(variable),
            support_person_count=people,
            support_cost=usd(support),
            cost=usd(cost),
            profit=usd(revenue - cost),
            margin_percent=Decimal(value=str(Number(revenue - cost) * 100 / revenue)),
        )

    async def ComputeUnitEconomics(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")


def profit_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves about profits."""
    return [
        (overheads_rpc.add_OverheadBookServiceServicer_to_server, OverheadBooks(world)),
        (profits_rpc.add_ProfitAndLossServiceServicer_to_server, Profits(world)),
    ]
