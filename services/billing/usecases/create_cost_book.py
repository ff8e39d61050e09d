"""Sets what the operator pays from a day on."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import check_cost_book
from services.billing.domain.books import CostBook
from services.billing.domain.loss_policy import DEFAULT_POLICY, Mode, check_findings
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import CHECK_LOSSES, losses_by_new_costs
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_cost_book(
    desk: Desk, book: CostBook, once: Once[CostBook, M], *, allow_loss: bool
) -> M:
    """Adds the book; refuses with COST_BOOK_OVERLAPS.

    Refuses with PRICE_BELOW_COST if the loss policy blocks what it would lose, unless losses are
    allowed for once.
    """
    async with desk.db.operator_read() as store:
        blocks = not allow_loss and (await store.losses.policy()).mode is Mode.BLOCK
    policy, losses = await losses_by_new_costs(desk, book) if blocks else (DEFAULT_POLICY, [])
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        check_findings(policy, losses)
        await add_cost_book(store, book)
        return await once.keep(store, book)


async def add_cost_book(store: BillingStore, book: CostBook) -> None:
    """Adds a book, and has every client's prices held against it."""
    await store.lock_costs()
    check_cost_book(book, others=await store.cost_books.all())
    await store.cost_books.add(book)
    await store.outbox.add(CHECK_LOSSES, {})
