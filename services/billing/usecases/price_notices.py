"""Shows price notices to clients, takes their acknowledgements, and keeps the terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.books import PriceBook
from services.billing.domain.notices import (
    AcknowledgedByClientAlone,
    Event,
    EventKind,
    Notice,
    Terms,
    checked_days,
)
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.kit.changes import facts_of
from services.kit.errors import NotFound
from services.kit.rpc.principal import Principal

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with the books before and after it."""

    notice: Notice
    old: PriceBook
    new: PriceBook


async def list_notices(
    desk: Desk, tenant_id: str, before: date | None, limit: int, reader: Principal
) -> list[Told]:
    """Gives at most `limit` notices, latest first; that a client has got them is kept."""
    async with desk.db.transaction(tenant_id) as store:
        notices = await store.price_notices.list_before(tenant_id, before, limit)
        await _note_seen(store, notices, reader)
        return await told(store, tenant_id, notices)


async def get_notice(desk: Desk, tenant_id: str, on: date, reader: Principal) -> Told:
    """Gives one notice; that a client has got it is kept. Refuses with RESOURCE_NOT_FOUND."""
    async with desk.db.transaction(tenant_id) as store:
        notice = await existing(store, tenant_id, on)
        await _note_seen(store, [notice], reader)
        return (await told(store, tenant_id, [notice]))[0]


async def acknowledge(
    desk: Desk, tenant_id: str, on: date, by: Principal, once: Once[Told, M]
) -> M:
    """Keeps who has acknowledged a notice.

    Refuses with RESOURCE_NOT_FOUND and ACKNOWLEDGED_BY_CLIENT_ALONE.
    """
    if by.is_operator:
        raise AcknowledgedByClientAlone("Only the client itself can acknowledge a notice.")
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        notice = await existing(store, tenant_id, on)
        now = store.scope.time
        await store.price_notices.add_events(
            notice, [Event(EventKind.ACKNOWLEDGED, by.subject, "", now)]
        )
        acknowledged = replace(notice, acknowledge_time=notice.acknowledge_time or now)
        (answer,) = await told(store, tenant_id, [acknowledged])
        return await once.keep(store, answer)


async def set_terms(desk: Desk, tenant_id: str, notice_days: int, by: Principal) -> Terms:
    """Sets how long notice is given from now on; refuses with RESOURCE_NOT_FOUND."""
    days = checked_days(notice_days)
    await desk.directory.get(tenant_id)
    async with desk.db.transaction(tenant_id) as store:
        await store.lock_account(tenant_id)
        before = await store.price_notices.terms(tenant_id)
        terms = Terms(days, by.subject, store.scope.time)
        await store.price_notices.set_terms(tenant_id, terms)
        was, is_now = (facts_of(each, "notice_days") for each in (before, terms))
        resource = f"tenants/{tenant_id}/priceNoticeTerms"
        await store.changes.note_of_operator(
            "priceNoticeTerms.update", resource, before=was, after=is_now
        )
    return terms


async def existing(store: BillingStore, tenant_id: str, on: date) -> Notice:
    """Gives a notice; refuses with RESOURCE_NOT_FOUND."""
    notice = await store.price_notices.find(tenant_id, on)
    if notice is None:
        raise NotFound(resource=f"tenants/{tenant_id}/priceNotices/{on.isoformat()}")
    return notice


async def told(store: BillingStore, tenant_id: str, notices: Sequence[Notice]) -> list[Told]:
    """Puts the books to notices."""
    days = {day for each in notices for day in (each.effective_date, each.previous_effective_date)}
    books = {
        book.effective_date: book for book in await store.price_books.of_dates(tenant_id, days)
    }
    return [
        Told(each, books[each.previous_effective_date], books[each.effective_date])
        for each in notices
    ]


async def _note_seen(store: BillingStore, notices: Sequence[Notice], reader: Principal) -> None:
    if reader.is_operator:
        return
    for notice in notices:
        seen = Event(EventKind.SEEN, reader.subject, "", store.scope.time)
        await store.price_notices.add_events(notice, [seen])
