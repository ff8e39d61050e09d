"""Sets what the operator pays from a day on."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import check_cost_book
from services.billing.domain.books import CostBook
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_cost_book(desk: Desk, book: CostBook, once: Once[CostBook, M]) -> M:
    """Adds the book; refuses with COST_BOOK_OVERLAPS."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_costs()
        check_cost_book(book, others=await store.cost_books.all())
        await store.cost_books.add(book)
        return await once.keep(store.requests, book)
