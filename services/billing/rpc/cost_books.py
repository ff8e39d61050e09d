"""CostBookService: what the operator pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.books import CostBook
from services.billing.rpc import pages, wire_books
from services.billing.rpc.route_carriers import to_wire
from services.billing.usecases import Desk
from services.billing.usecases.create_cost_book import create_cost_book
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from veneer.billing.v1 import cost_book_service_pb2 as pb
from veneer.billing.v1 import cost_book_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Cost books belong to no tenant, and so do the requests that make them.
_NO_TENANT = ""


class CostBookService(rpc.CostBookServiceServicer):
    """veneer.billing.v1.CostBookService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListCostBooks(
        self, request: pb.ListCostBooksRequest, context: Context
    ) -> pb.ListCostBooksResponse:
        size = page_token.page_size(request, 50, 500)
        before = pages.cost_book_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.cost_books.list_before(before, size + 1)
        page, token = pages.cut(request, found, size, _key)
        return pb.ListCostBooksResponse(
            cost_books=map(wire_books.cost_book, page), next_page_token=token
        )

    async def CreateCostBook(
        self, request: pb.CreateCostBookRequest, context: Context
    ) -> pb.CostBook:
        book = wire_books.cost_book_from_wire(request.cost_book, self._desk.clock.now())
        once = Once(_NO_TENANT, request, wire_books.cost_book, pb.CostBook, "costBooks.create")
        return await create_cost_book(self._desk, book, once, allow_loss=request.allow_loss)

    async def ListRouteCarriers(
        self, request: pb.ListRouteCarriersRequest, context: Context
    ) -> pb.ListRouteCarriersResponse:
        size = page_token.page_size(request, 50, 500)
        after = pages.text_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.route_carriers.list_after(after, size + 1)
        page, token = pages.cut(request, found, size, lambda each: each.route)
        return pb.ListRouteCarriersResponse(
            route_carriers=map(to_wire, page), next_page_token=token
        )


def _key(book: CostBook) -> str:
    return f"{book.effective_date.isoformat()}/{book.carrier}"
