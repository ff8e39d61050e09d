"""ResellerService: what a tenant that sells on sees and sets of its own clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.books import PriceBook
from services.billing.domain.month import Month
from services.billing.domain.notices import Change
from services.billing.rpc import pages, wire_resale
from services.billing.rpc.names_of_terms import ClientName, ResaleSummaryName
from services.billing.rpc.price_notices import acting
from services.billing.usecases import Desk
from services.billing.usecases.create_price_book import create_price_book
from services.billing.usecases.once import Once
from services.billing.usecases.resell import client_of, clients_of, tell_resale, tell_sales
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from veneer.billing.v1 import reseller_service_pb2 as pb
from veneer.billing.v1 import reseller_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ResellerService(rpc.ResellerServiceServicer):
    """veneer.billing.v1.ResellerService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListClients(
        self, request: pb.ListClientsRequest, context: Context
    ) -> pb.ListClientsResponse:
        seller_id = tenant_id_of(request.parent, "parent")
        month = Month.parse(request.month, "month") if request.month else None
        size = page_token.page_size(request, 50, 200)
        after = pages.text_cursor(request)
        behind = [
            each for each in await clients_of(self._desk, seller_id) if each.tenant_id > after
        ]
        page, token = pages.cut(request, behind, size, lambda entry: entry.tenant_id)
        sales = await tell_sales(self._desk, seller_id, page, month)
        return pb.ListClientsResponse(clients=map(wire_resale.client, sales), next_page_token=token)

    async def GetResaleSummary(
        self, request: pb.GetResaleSummaryRequest, context: Context
    ) -> pb.ResaleSummary:
        name = ResaleSummaryName.parse(request.name)
        month = Month.parse(name.resale_summary, "name")
        seller_id = possible_tenant_id(name.tenant, request.name)
        resale = await tell_resale(self._desk, seller_id, month)
        return wire_resale.summary(name, resale)

    async def ListClientPriceBooks(
        self, request: pb.ListClientPriceBooksRequest, context: Context
    ) -> pb.ListClientPriceBooksResponse:
        name = await self._client(request.parent)
        size = page_token.page_size(request, 50, 500)
        before = pages.date_cursor(request)
        async with self._desk.db.read(name.client) as store:
            found = await store.price_books.list_before(name.client, before, size + 1)
        page, token = pages.cut(request, found, size, lambda book: book.effective_date)
        books = [wire_resale.price_book(name, book) for book in page]
        return pb.ListClientPriceBooksResponse(client_price_books=books, next_page_token=token)

    async def CreateClientPriceBook(
        self, request: pb.CreateClientPriceBookRequest, context: Context
    ) -> pb.ClientPriceBook:
        name = await self._client(request.parent)
        now = self._desk.clock.now()
        book = wire_resale.price_book_from_wire(request.client_price_book, name.client, now)

        def answer(created: PriceBook) -> pb.ClientPriceBook:
            return wire_resale.price_book(name, created)

        once = Once(
            name.client,
            request,
            answer,
            pb.ClientPriceBook,
            "clientPriceBooks.create",
            is_clients=True,
        )
        change = Change(book, acting().subject, request.notice_waived_reason)
        return await create_price_book(self._desk, change, once)

    async def _client(self, parent: str) -> ClientName:
        """Gives the name of a direct client; refuses with RESOURCE_NOT_FOUND."""
        name = ClientName.parse(parent, "parent")
        for each in (name.tenant, name.client):
            possible_tenant_id(each, parent)
        await client_of(self._desk, name.tenant, name.client, parent)
        return name
