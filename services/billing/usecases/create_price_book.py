"""Sets what a tenant pays from a day on, and gives it notice if that changes its prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.message import Message

from services.billing.domain.book_rules import check_price_book
from services.billing.domain.books import PriceBook
from services.billing.domain.loss_policy import check_findings, check_own_prices
from services.billing.domain.notices import (
    Change,
    Event,
    EventKind,
    Notice,
    checked_change,
    is_early,
    only_lowers,
    replaced_by,
    too_short,
)
from services.billing.domain.plans import PlanKey, based_on
from services.billing.partners.directory import Entry
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.client_events import add_event, prices_change
from services.billing.usecases.hold_against_costs import CHECK_LOSSES, losses_by_new_prices
from services.billing.usecases.hold_against_own_prices import losses_by_own_prices
from services.billing.usecases.once import Once
from services.billing.usecases.tell_chain import is_sold_to_by_operator

M = TypeVar("M", bound=Message)

PRICE_NOTICE: Final = "price-notice"


async def create_price_book(desk: Desk, change: Change, once: Once[PriceBook, M]) -> M:
    """Adds the book, with the prices of the plan that it names, if any.

    Refuses with RESOURCE_NOT_FOUND, PERIOD_INVOICED, PRICE_BOOK_OVERLAPS, PRICE_NOTICE_TOO_SHORT
    and, if the loss policy blocks or a seller pays more itself, PRICE_BELOW_COST.
    """
    book = checked_change(change).book
    entry = await desk.directory.get(book.tenant_id)
    if (key := PlanKey.parse(book.plan)) is not None:
        async with desk.db.operator_read() as store:
            book = based_on(await store.plans.find(key), book)
    check_losses = await _check_of_losses(desk, entry, book)
    async with desk.db.transaction(book.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        check_losses()
        await store.lock_account(book.tenant_id)
        others = await store.price_books.all_of(book.tenant_id)
        last_invoiced = await store.invoices.last_month(book.tenant_id)
        check_price_book(book, others=others, last_invoiced=last_invoiced)
        await store.price_books.add(book)
        await store.outbox.add(CHECK_LOSSES, {"tenant_id": book.tenant_id})
        previous = replaced_by(book, others)
        if previous is not None:
            await _give_notice(store, replace(change, book=book), previous, entry)
        return await once.keep(store, book)


async def _check_of_losses(desk: Desk, entry: Entry, book: PriceBook) -> Callable[[], None]:
    """Gives what refuses the book if somebody would lose by it."""
    if await is_sold_to_by_operator(desk, entry):
        return partial(check_findings, *await losses_by_new_prices(desk, book))
    # What vendors are paid is nothing to whoever sells on, and not to be found out by prices.
    return partial(check_own_prices, *await losses_by_own_prices(desk, entry, book))


async def _give_notice(
    store: BillingStore, change: Change, previous: PriceBook, entry: Entry
) -> None:
    """Keeps the notice and the intent to mail it; refuses with PRICE_NOTICE_TOO_SHORT."""
    book, now = change.book, store.scope.time
    today = now.astimezone(ZoneInfo(entry.time_zone)).date()
    terms = await store.price_notices.terms(book.tenant_id)
    events = [Event(EventKind.CREATED, change.made_by, "", now)]
    is_free = only_lowers(book, previous, entry.billing_anchor_day)
    if is_early(book, today, terms.notice_days) and not is_free:
        if not change.waived_reason.strip():
            raise too_short(book, today, terms.notice_days)
        events.append(Event(EventKind.WAIVED, change.made_by, change.waived_reason, now))
    notice = Notice(book.tenant_id, book.effective_date, previous.effective_date, now)
    await store.price_notices.add(notice)
    await store.price_notices.add_events(notice, events)
    payload = {"tenant_id": book.tenant_id, "effective_date": book.effective_date.isoformat()}
    await store.outbox.add(PRICE_NOTICE, payload)
    await add_event(store, prices_change(book.tenant_id, payload["effective_date"]))
