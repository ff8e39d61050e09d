"""Sets what the operator pays each month besides what is used."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.overheads import OverheadBook, check_overhead_book
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_overhead_book(desk: Desk, book: OverheadBook, once: Once[OverheadBook, M]) -> M:
    """Adds the book; refuses with OVERHEAD_BOOK_OVERLAPS."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_costs()
        check_overhead_book(book, await store.overheads.all(), "overhead_book")
        await store.overheads.add(book)
        return await once.keep(store, book)
