"""A scripted billing that reads rate sheets of two columns: a zone and a rate."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from services.kit.errors import Kind, Refusal
from tests.support.gateway.world import World
from veneer.billing.v1 import cost_book_service_pb2 as books_pb
from veneer.billing.v1 import cost_book_service_pb2_grpc as books_rpc
from veneer.billing.v1 import loss_policy_service_pb2, price_pb2
from veneer.billing.v1 import rate_sheet_service_pb2 as sheets_pb
from veneer.billing.v1 import rate_sheet_service_pb2_grpc as sheets_rpc

# Above it the client's price of a minute loses money.
PRICE = Number("0.025")
ANSWER = sheets_pb.ImportRateSheetResponse


class PriceBelowCost(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_BELOW_COST"


class CostBooks(books_rpc.CostBookServiceServicer):
    """Keeps what sheets came to."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListCostBooks(self, request: Any, context: Any) -> Any:
        return books_pb.ListCostBooksResponse(cost_books=self._world.cost_books)

    async def CreateCostBook(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def ListRouteCarriers(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")


class RateSheets(sheets_rpc.RateSheetServiceServicer):
    """Takes a sheet, or tells what would come of it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ImportRateSheet(self, request: Any, context: Any) -> Any:
        rows = [line.split(",") for line in request.csv.decode().splitlines()[1:]]
        bad = [number for number, row in enumerate(rows, start=2) if len(row) != 2]
        if bad:
            problem = "It has no rate."
            return ANSWER(bad_rows=[ANSWER.BadRow(line=line, problem=problem) for line in bad])
        costs = [self._cost(*row) for row in rows]
        dear = [cost for cost in costs if Number(cost.unit_cost.value) > PRICE]
        if dear and not request.validate_only and not request.allow_loss:
            raise PriceBelowCost("By this sheet a price loses money.")
        book = books_pb.CostBook(
            name=f"costBooks/{request.carrier}.2025-11-01",
            carrier=request.carrier,
            currency_code=request.currency_code,
            effective_date=Date(year=2025, month=11, day=1),
            costs=costs,
        )
        if not request.validate_only:
            self._world.cost_books.insert(0, book)
        changes = [ANSWER.Change(kind=ANSWER.Change.UP, zone=c.zone, after=c) for c in costs]
        findings = [
            loss_policy_service_pb2.LossFinding(
                tenant="tenants/abc-solar",
                reason="PRICE_BELOW_COST",
                zone=cost.zone,
                unit_price=Decimal(value=str(PRICE)),
                unit_cost=cost.unit_cost,
            )
            for cost in dear
        ]
        return ANSWER(cost_book=book, row_count=len(rows), changes=changes, findings=findings)

    def _cost(self, zone: str, rate: str) -> Any:
        return books_pb.CostBook.Cost(
            item=price_pb2.MINUTES,
            zone=zone,
            unit_cost=Decimal(value=rate),
            duration_tariff=price_pb2.DurationTariff(
                first_increment_seconds=30, next_increment_seconds=6
            ),
        )


def cost_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves about costs."""
    return [
        (books_rpc.add_CostBookServiceServicer_to_server, CostBooks(world)),
        (sheets_rpc.add_RateSheetServiceServicer_to_server, RateSheets(world)),
    ]
