"""Holds prices against costs: of one tenant or of all, as books are or as they would be."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.message import Message

from services.billing.domain.books import CostBook, PriceBook, in_force
from services.billing.domain.loss_findings import Finding, Supply, findings_of
from services.billing.domain.loss_policy import Basis, LossCheck, LossPolicy, Mode
from services.billing.domain.payees import Payees
from services.billing.domain.quantities import CallKind, Span
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.kit.errors import Unavailable

M = TypeVar("M", bound=Message)

# The calls of so many days say what a price loses in practice.
_DAYS = 61
# Dates on which something changes that are looked at, from now on.
_DATES_MAX = 24
# So many clients are asked for at once: usage has other callers too.
_CONCURRENCY = 8
_END = date(2200, 1, 1)

CHECK_LOSSES = "check-losses"


@dataclass(frozen=True, slots=True)
class Held:
    """What prices are held against."""

    payees: Payees
    routes: Mapping[str, Sequence[str]]
    policy: LossPolicy

    def with_book(self, book: CostBook) -> Held:
        """Gives the same with one cost book more."""
        payees = replace(self.payees, books=[*self.payees.books, book])
        return replace(self, payees=payees)

    def supply(self, tenant_ids: Iterable[str]) -> Supply:
        """Gives how the calls of a tenant and of everybody below it are carried."""
        routes = [route for each in tenant_ids for route in self.routes.get(each, ())]
        return Supply(self.payees, routes)


async def held(store: BillingStore) -> Held:
    """Reads costs, routes and the policy; in the operator's role."""
    known = await store.route_carriers.all()
    routes: dict[str, list[str]] = {}
    for each in known:
        routes.setdefault(each.tenant_id, []).append(each.route)
    carriers = {each.route: each.carrier for each in known}
    payees = Payees(await store.cost_books.all(), carriers)
    return Held(payees, routes, await store.losses.policy())


async def losses_of(
    desk: Desk, against: Held, books: Sequence[PriceBook], since: date, *, with_calls: bool
) -> list[Finding]:
    """Gives what is found on a tenant's books on `since` and whenever something changes later.

    The calls of the last two months are asked for if they decide, or if they are wanted.
    """
    if not books:
        return []
    tenant_id = books[0].tenant_id
    users = (await desk.directory.tree()).below(tenant_id)
    calls: Mapping[CallKind, int] = {}
    if with_calls or against.policy.basis is Basis.USUAL_CALLS:
        calls = await recent_calls(desk, tenant_id)
    starts = {b.effective_date for b in books} | {b.effective_date for b in against.payees.books}
    later = sorted(on for on in starts if on > since)
    found: dict[object, Finding] = {}
    for on in (since, *later[:_DATES_MAX]):
        if (book := in_force(books, on)) is not None:
            supply = against.supply(users)
            # Thousands of durations each: others are not to wait for that.
            for each in await asyncio.to_thread(findings_of, book, supply, on, calls):
                key = each.reason, each.item, each.calls, each.carrier, each.unit_price
                found.setdefault((*key, each.unit_cost), each)
    return list(found.values())


async def losses_by_new_prices(desk: Desk, book: PriceBook) -> tuple[LossPolicy, list[Finding]]:
    """Gives what a book that is to be set would lose, if the policy blocks that."""
    async with desk.db.operator_read() as store:
        policy = await store.losses.policy()
        if policy.mode is not Mode.BLOCK:
            return policy, []
        against = await held(store)
    since = max(book.effective_date, await _today(desk, book.tenant_id))
    return policy, await losses_of(desk, against, [book], since, with_calls=False)


async def losses_by_new_costs(desk: Desk, book: CostBook) -> tuple[LossPolicy, list[Finding]]:
    """Gives what all clients' prices would lose by a cost book that is to be set."""
    others = await sold_by_others(desk)
    async with desk.db.operator_read() as store:
        against = (await held(store)).with_book(book)
    async with desk.db.operator_read() as store:
        # Whoever has prices; a client may be too new for the list of clients that is remembered.
        clients = sorted(await store.price_books.tenants_before(_END) - others)
        today = desk.clock.now().date()
        books = await store.price_books.in_force_between(clients, today, _END)
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def find(tenant_id: str) -> list[Finding]:
        own = [each for each in books if each.tenant_id == tenant_id]
        async with gate:
            since = max(book.effective_date, await _today(desk, tenant_id))
            return await losses_of(desk, against, own, since, with_calls=True)

    found = await asyncio.gather(*map(find, clients))
    carrier = book.carrier
    return against.policy, [
        each for of_one in found for each in of_one if not carrier or each.carrier == carrier
    ]


async def check_losses(desk: Desk, tenant_id: str) -> LossCheck:
    """Holds what a tenant pays against costs, and keeps what is found."""
    today = await _today(desk, tenant_id)
    async with desk.db.operator_read() as store:
        against = await held(store)
        books = await store.price_books.all_of(tenant_id)
    try:
        found = await losses_of(desk, against, books, today, with_calls=True)
    except Unavailable:
        # Prices and costs say most of it; what calls lost is told again by the next check.
        if against.policy.basis is Basis.USUAL_CALLS:
            raise
        found = await losses_of(desk, against, books, today, with_calls=False)
    async with desk.db.operator_transaction() as store:
        await store.lock_account(tenant_id)
        position = await store.losses.next_position(tenant_id)
        check = LossCheck(tenant_id, position, against.policy, store.scope.time, tuple(found))
        await store.losses.add(check)
    return check


async def check_losses_once(desk: Desk, tenant_id: str, once: Once[LossCheck, M]) -> M:
    """Does so for a request that may be repeated; refuses with RESOURCE_NOT_FOUND."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
    check = await check_losses(desk, tenant_id)
    async with desk.db.operator_transaction() as store:
        return await once.keep(store, check)


async def sold_by_others(desk: Desk) -> set[str]:
    """Gives whom the operator does not sell to itself: their sellers pay it for them."""
    sellers = {entry.tenant_id: entry.seller_id for entry in await desk.directory.clients()}
    return {tenant_id for tenant_id, seller_id in sellers.items() if seller_id in sellers}


async def recent_calls(desk: Desk, tenant_id: str) -> Mapping[CallKind, int]:
    """Gives the calls of a tenant and of everybody below it in the last two months, by kind."""
    today = await _today(desk, tenant_id)
    span = Span(today - timedelta(days=_DAYS), today + timedelta(days=1))
    found: Counter[CallKind] = Counter()
    for user in (await desk.directory.tree()).below(tenant_id):
        found.update((await desk.usage.read(user, span, None)).calls)
    return dict(found)


async def _today(desk: Desk, tenant_id: str) -> date:
    entry = await desk.directory.get(tenant_id)
    return desk.clock.now().astimezone(ZoneInfo(entry.time_zone)).date()
