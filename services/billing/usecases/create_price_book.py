"""Sets what a tenant pays from a day on."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import check_price_book
from services.billing.domain.books import PriceBook
from services.billing.domain.plans import PlanKey, based_on
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_price_book(desk: Desk, book: PriceBook, once: Once[PriceBook, M]) -> M:
    """Adds the book, with the prices of the plan that it names, if any.

    Refuses with RESOURCE_NOT_FOUND, PERIOD_INVOICED and PRICE_BOOK_OVERLAPS.
    """
    await desk.directory.get(book.tenant_id)
    if (key := PlanKey.parse(book.plan)) is not None:
        async with desk.db.operator_read() as store:
            book = based_on(await store.plans.find(key), book)
    async with desk.db.transaction(book.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(book.tenant_id)
        check_price_book(
            book,
            others=await store.price_books.all_of(book.tenant_id),
            last_invoiced=await store.invoices.last_month(book.tenant_id),
        )
        await store.price_books.add(book)
        return await once.keep(store.requests, book)
