"""PriceBookService: what clients pay, as the operator sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.notices import Change
from services.billing.rpc import pages, wire_books
from services.billing.rpc.price_notices import acting_name
from services.billing.usecases import Desk
from services.billing.usecases.create_price_book import create_price_book
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from veneer.billing.v1 import price_book_service_pb2 as pb
from veneer.billing.v1 import price_book_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class PriceBookService(rpc.PriceBookServiceServicer):
    """veneer.billing.v1.PriceBookService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListPriceBooks(
        self, request: pb.ListPriceBooksRequest, context: Context
    ) -> pb.ListPriceBooksResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = pages.date_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.price_books.list_before(tenant_id, before, size + 1)
        page, token = pages.cut(request, found, size, lambda book: book.effective_date)
        return pb.ListPriceBooksResponse(
            price_books=map(wire_books.price_book, page), next_page_token=token
        )

    async def CreatePriceBook(
        self, request: pb.CreatePriceBookRequest, context: Context
    ) -> pb.PriceBook:
        tenant_id = tenant_id_of(request.parent, "parent")
        now = self._desk.clock.now()
        book = wire_books.price_book_from_wire(request.price_book, tenant_id, now)
        once = Once(tenant_id, request, wire_books.price_book, pb.PriceBook, "priceBooks.create")
        change = Change(book, acting_name(), request.notice_waived_reason)
        return await create_price_book(self._desk, change, once)
