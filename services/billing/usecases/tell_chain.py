"""Tells what each level of a chain is charged, and checks that it adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.billing.domain.books import PriceBook, books_of_month
from services.billing.domain.chain import Chain, ChainBroken, Terms, check_chain, levels_of
from services.billing.domain.charges import priced_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.discounts import DiscountCurrencyDiffers
from services.billing.domain.dues import PriceMissing
from services.billing.domain.month import Month
from services.billing.domain.parking import Parked, ParkReason
from services.billing.domain.payees import CostMissing, Payees
from services.billing.domain.quantities import MonthQuantities, merged, spans_of
from services.billing.partners.directory import Entry
from services.billing.usecases import Desk
from services.billing.usecases.payees_of import payees_of
from services.billing.usecases.read_quantities import read_parts
from services.kit.errors import NotFound
from services.kit.money import CurrencyMismatch, Money


@dataclass(frozen=True, slots=True)
class Link:
    """A seller above a client, how far above it is, and what it is charged by itself."""

    tenant_id: str
    height: int
    books: Sequence[PriceBook]


async def tell_chain(
    desk: Desk, entry: Entry, month: Month, as_of_time: datetime | None = None
) -> Chain:
    """Gives a client of the operator with everybody below it, as of an instant (now if None).

    Refuses with RESOURCE_NOT_FOUND for any other tenant, with PRICE_MISSING, which names tenant
    and level, COST_MISSING, CURRENCY_MISMATCH, and CHAIN_BROKEN if it does not add up.
    """
    if not await is_sold_to_by_operator(desk, entry):
        raise NotFound(resource=f"tenants/{entry.tenant_id}/chains/{month}")
    terms, payees = await _known(desk, entry.tenant_id)
    timelines = [books_of_month(books, month) for books in terms.books.values()]
    spans = spans_of(month, *timelines, *payees.timelines)
    parts = await read_parts(desk, entry.tenant_id, month, spans, as_of_time)
    levels = levels_of(entry.seller_id, entry.tenant_id, terms, parts)
    currency_code = levels[0].charge.currency_code
    cost = _cost(payees, merged(list(parts.values())), currency_code)
    single = [_cost(payees, part, currency_code) for part in parts.values()]
    chain = Chain(levels, cost, sum(single, Money.zero(currency_code)) - cost)
    check_chain(chain, parts)
    return chain


async def is_sold_to_by_operator(desk: Desk, entry: Entry) -> bool:
    """Tells whether it is the operator that charges a tenant."""
    return bool(entry.seller_id) and not (await desk.directory.get(entry.seller_id)).seller_id


async def parked_by_chain(
    desk: Desk, entry: Entry, month: Month, as_of_time: datetime
) -> list[Parked]:
    """Gives what does not add up below a client of the operator that has clients itself.

    What has no price or cost yet is no loss of this level: it parks whoever is not charged for it.
    """
    has_clients = (await desk.directory.tree()).clients_of(entry.tenant_id)
    if not has_clients or not await is_sold_to_by_operator(desk, entry):
        return []
    try:
        await tell_chain(desk, entry, month, as_of_time)
    except ChainBroken as refusal:
        return [Parked(ParkReason.CHAIN_BROKEN, str(refusal))]
    except (PriceMissing, CostMissing, CurrencyMismatch, DiscountCurrencyDiffers):
        return []
    return []


async def links_above(desk: Desk, tenant_id: str) -> list[Link]:
    """Gives the sellers above a client that are charged themselves, nearest first."""
    above = [each for each in await desk.directory.sellers_above(tenant_id) if each.seller_id]
    if not above:
        return []
    async with desk.db.operator_read() as store:
        return [
            Link(each.tenant_id, height, await store.price_books.all_of(each.tenant_id))
            for height, each in enumerate(above, 1)
        ]


def missing_above(links: Sequence[Link], quantities: MonthQuantities) -> Iterator[Parked]:
    """Gives the prices that a level above lacks for what was used; spans are cut by its books."""
    for link in links:
        books = books_of_month(link.books, quantities.month)
        for refusal in priced_lines(link.tenant_id, books, quantities).missing:
            message = f"tenants/{link.tenant_id}, {link.height} above the client: {refusal}"
            yield Parked(ParkReason.PRICE_MISSING, message)


async def _known(desk: Desk, tenant_id: str) -> tuple[Terms, Payees]:
    tree = await desk.directory.tree()
    below = tree.below(tenant_id)
    async with desk.db.operator_read() as store:
        books = {each: await store.price_books.all_of(each) for each in below}
        discounts = {each: await store.discounts.all_of(each) for each in below}
        payees = await payees_of(store)
    return Terms(tree, books, discounts), payees


def _cost(payees: Payees, quantities: MonthQuantities, currency_code: str) -> Money:
    costs = costs_of(payees, quantities, currency_code)
    return sum((each.amount for each in costs.values()), Money.zero(currency_code))
