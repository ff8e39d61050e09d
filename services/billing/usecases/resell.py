"""Tells a seller what its own clients come to, and what it is charged for them itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.billing.domain.books import PriceBook, books_of_month
from services.billing.domain.charges import ChargeLine, LineKind, charge_lines
from services.billing.domain.discounts import Discount, DiscountCurrencyDiffers, discounted
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import MonthQuantities, spans_of
from services.billing.partners.directory import Entry
from services.billing.usecases import Desk
from services.billing.usecases.get_statement import get_statement
from services.billing.usecases.read_quantities import read_quantities
from services.billing.usecases.tell_margins import Billed, billed_months
from services.kit.errors import NotFound
from services.kit.money import CurrencyMismatch, Money

# So many clients are asked for at once: usage has other callers too.
_CONCURRENCY = 8
# One for all that a seller sells, or charged once: no single client's.
_UNSHARED = frozenset({Item.PLATFORM_LICENSE, Item.SETUP_FEE})

UNTOLD = (PriceMissing, CurrencyMismatch, DiscountCurrencyDiffers)


@dataclass(frozen=True, slots=True)
class Sale:
    """One client's month before taxes: its charge, and its seller's for the same usage.

    Without amounts, `problem` is the reason.
    """

    entry: Entry
    month: Month
    as_of_time: datetime
    amounts: tuple[Money, Money] | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Resale:
    """A seller's month before taxes: its clients' charges, its own, and what of it is shared."""

    charge: Money
    own_charge: Money
    shared_charge: Money
    clients_without_figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a client and its seller are charged by in one month."""

    books: Sequence[PriceBook]
    own_books: Sequence[PriceBook]
    discounts: Sequence[Discount]
    billed: Billed | None


async def client_of(desk: Desk, seller_id: str, client_id: str, resource: str) -> Entry:
    """Gives a direct client; anybody else is as if there were no such tenant."""
    try:
        entry = await desk.directory.get(client_id)
    except NotFound as refusal:
        raise NotFound(resource=resource) from refusal
    if entry.seller_id != seller_id:
        raise NotFound(resource=resource)
    return entry


async def clients_of(desk: Desk, seller_id: str) -> list[Entry]:
    """Gives the direct clients, ordered by id; refuses with RESOURCE_NOT_FOUND."""
    await desk.directory.get(seller_id)
    return [each for each in await desk.directory.clients() if each.seller_id == seller_id]


async def tell_sales(
    desk: Desk, seller_id: str, clients: Sequence[Entry], month: Month | None
) -> list[Sale]:
    """Gives the clients' months in the order asked, the present one of each if None."""
    async with desk.db.read(seller_id) as store:
        own_books = await store.price_books.all_of(seller_id)
    gate = asyncio.Semaphore(_CONCURRENCY)
    now = desk.clock.now()

    async def tell(entry: Entry) -> Sale:
        async with gate:
            of = month or Month.current(now, entry.time_zone)
            return await _sale(desk, entry, of.anchored(entry.billing_anchor_day), own_books)

    return await asyncio.gather(*map(tell, clients))


async def tell_resale(desk: Desk, seller_id: str, month: Month) -> Resale:
    """Gives a month over all clients, against what the seller itself is charged.

    Refuses as a statement of the seller does, and with CURRENCY_MISMATCH.
    """
    clients = await clients_of(desk, seller_id)
    own = (await get_statement(desk, seller_id, month)).bill.subtotal
    sales = await tell_sales(desk, seller_id, clients, month)
    zero = Money.zero(own.currency_code)
    told = [each.amounts for each in sales if each.amounts is not None]
    return Resale(
        charge=sum((charge for charge, _ in told), zero),
        own_charge=own,
        shared_charge=sum((share for _, share in told), zero),
        clients_without_figures=[each.entry.tenant_id for each in sales if each.amounts is None],
    )


async def _sale(desk: Desk, entry: Entry, month: Month, own_books: Sequence[PriceBook]) -> Sale:
    async with desk.db.read(entry.tenant_id) as store:
        key = entry.tenant_id, month
        terms = _Terms(
            books_of_month(await store.price_books.all_of(entry.tenant_id), month),
            books_of_month(own_books, month),
            await store.discounts.all_of(entry.tenant_id),
            (await billed_months(store, [key])).get(key),
        )
        is_set_up = bool(await store.billed.heads(entry.tenant_id))
    as_of_time = terms.billed.as_of_time if terms.billed else None
    spans = spans_of(month, terms.books, terms.own_books)
    used = await read_quantities(desk, entry.tenant_id, month, spans, as_of_time)
    used = replace(used, setup_count=0 if is_set_up else 1)
    try:
        amounts = _amounts(entry, terms, used)
    except UNTOLD as refusal:
        return Sale(entry, month, used.as_of_time, None, refusal.reason)
    return Sale(entry, month, used.as_of_time, amounts)


def _amounts(entry: Entry, terms: _Terms, used: MonthQuantities) -> tuple[Money, Money]:
    if terms.billed:
        lines: Sequence[ChargeLine] = terms.billed.lines
    else:
        charged = charge_lines(entry.tenant_id, terms.books, used)
        lines = discounted(used.month, charged, terms.discounts)
    own = charge_lines(entry.seller_id, terms.own_books, used)
    currency_code = terms.books[0].currency_code
    charge = _sum((line for line in lines if line.kind is not LineKind.TAX), currency_code)
    share = _sum((line for line in own if line.item not in _UNSHARED), currency_code)
    return charge, share


def _sum(lines: Iterable[ChargeLine], currency_code: str) -> Money:
    return sum((line.amount for line in lines), Money.zero(currency_code))
