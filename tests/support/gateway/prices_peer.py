"""A scripted billing that keeps price books, and holds to a notice of thirty days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from services.kit.errors import Kind, Refusal
from tests.support.gateway.world import World
from veneer.billing.v1 import plan_service_pb2 as plans_pb
from veneer.billing.v1 import plan_service_pb2_grpc as plans_rpc
from veneer.billing.v1 import price_book_service_pb2 as books_pb
from veneer.billing.v1 import price_book_service_pb2_grpc as books_rpc
from veneer.billing.v1 import price_pb2

PRICE = books_pb.PriceBook.Price


class PriceNoticeTooShort(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_NOTICE_TOO_SHORT"


class PriceBooks(books_rpc.PriceBookServiceServicer):
    """One book a tenant, and those that are made."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListPriceBooks(self, request: Any, context: Any) -> Any:
        made = self._world.purse(request.parent).price_books
        return books_pb.ListPriceBooksResponse(price_books=[*made, _first_book(request.parent)])

    async def CreatePriceBook(self, request: Any, context: Any) -> Any:
        book, on = books_pb.PriceBook(), request.price_book.effective_date
        book.CopyFrom(request.price_book)
        earliest = self._world.clock.now().date() + timedelta(days=30)
        if date(on.year, on.month, on.day) < earliest and not request.notice_waived_reason:
            raise PriceNoticeTooShort("The notice is too short.", earliest_date=earliest)
        books = self._world.purse(request.parent).price_books
        book.name = f"{request.parent}/priceBooks/b{len(books) + 2}"
        books.insert(0, book)
        return book


class Plans(plans_rpc.PlanServiceServicer):
    """One plan."""

    async def ListPlanVersions(self, request: Any, context: Any) -> Any:
        plan = plans_pb.PlanVersion(
            name="planVersions/silver.2",
            plan="silver",
            version=2,
            display_name="Silver",
            currency_code="USD",
        )
        return plans_pb.ListPlanVersionsResponse(plan_versions=[plan])

    async def CreatePlanVersion(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")


def _first_book(parent: str) -> Any:
    tariff = price_pb2.DurationTariff(
        rounding=price_pb2.DurationTariff.PER_PERIOD,
        first_increment_seconds=60,
        next_increment_seconds=60,
    )
    return books_pb.PriceBook(
        name=f"{parent}/priceBooks/b1",
        effective_date=Date(year=2025, month=1, day=1),
        currency_code="USD",
        prices=[
            PRICE(item=price_pb2.PLATFORM_LICENSE, unit_price=Decimal(value="500")),
            PRICE(
                item=price_pb2.MINUTES, unit_price=Decimal(value="0.025"), duration_tariff=tariff
            ),
            PRICE(item=price_pb2.DIDS, unit_price=Decimal(value="1")),
        ],
    )


def price_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves about prices."""
    return [
        (books_rpc.add_PriceBookServiceServicer_to_server, PriceBooks(world)),
        (plans_rpc.add_PlanServiceServicer_to_server, Plans()),
    ]
