"""OverheadBookService: what the operator pays each month besides what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.billing.rpc import pages, wire_overheads
from services.billing.usecases import Desk
from services.billing.usecases.create_overhead_book import create_overhead_book
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from veneer.billing.v1 import overhead_book_service_pb2 as pb
from veneer.billing.v1 import overhead_book_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT: Final = ""


class OverheadBookService(rpc.OverheadBookServiceServicer):
    """veneer.billing.v1.OverheadBookService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListOverheadBooks(
        self, request: pb.ListOverheadBooksRequest, context: Context
    ) -> pb.ListOverheadBooksResponse:
        size = page_token.page_size(request, 50, 500)
        before = pages.date_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.overheads.list_before(before, size + 1)
        page, token = pages.cut(request, found, size, lambda book: book.effective_date)
        return pb.ListOverheadBooksResponse(
            overhead_books=map(wire_overheads.overhead_book, page), next_page_token=token
        )

    async def CreateOverheadBook(
        self, request: pb.CreateOverheadBookRequest, context: Context
    ) -> pb.OverheadBook:
        now = self._desk.clock.now()
        book = wire_overheads.overhead_book_from_wire(request.overhead_book, now)
        once = Once(
            _NO_TENANT,
            request,
            wire_overheads.overhead_book,
            pb.OverheadBook,
            "overheadBooks.create",
        )
        return await create_overhead_book(self._desk, book, once)
