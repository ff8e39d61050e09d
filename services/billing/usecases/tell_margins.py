"""Sets charges against costs, for one client or for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import ChargeLine, charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.margin import Margin, earnings
from services.billing.domain.margin_cells import Account
from services.billing.domain.month import Month
from services.billing.domain.payees import CostMissing, Payees
from services.billing.domain.quantities import MonthQuantities, Span, spans_of
from services.billing.partners.directory import Entry
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.payees_of import payees_of
from services.billing.usecases.read_quantities import read_quantities
from services.billing.usecases.tell_chain import is_sold_to_by_operator
from services.kit.errors import NotFound
from services.kit.money import CurrencyMismatch

# So many clients are asked for at once: usage has other callers too.
_CONCURRENCY = 8

Asked = tuple[Entry, Month]


@dataclass(frozen=True, slots=True)
class Billed:
    """What invoices have for a month, and the instant of the last of them."""

    lines: Sequence[ChargeLine]
    as_of_time: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A client's month with its charges and costs; without an account, `problem` is the reason."""

    entry: Entry
    month: Month
    as_of_time: datetime
    account: Account | None
    problem: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the own store knows of the clients that were asked for."""

    price_books: Mapping[str, Sequence[PriceBook]]
    payees: Payees
    billed: Mapping[tuple[str, Month], Billed]


async def tell_margin(desk: Desk, tenant_id: str, month: Month) -> Margin:
    """Gives one client's margin in a month, with all that was used below it.

    Refuses with RESOURCE_NOT_FOUND if there is no such client, or if another sells to it.
    """
    entry = await desk.directory.get(tenant_id)
    if not await is_sold_to_by_operator(desk, entry):
        raise NotFound(resource=f"tenants/{tenant_id}/margins/{month}")
    (margin,) = await tell_margins(desk, [(entry, month)])
    return margin


async def tell_margins(desk: Desk, asked: Sequence[Asked]) -> list[Margin]:
    """Gives the margins in the order asked; a month that can't be told says why instead."""
    return [_margin(told) for told in await tell_accounts(desk, asked)]


async def tell_accounts(desk: Desk, asked: Sequence[Asked], *, by_day: bool = False) -> list[Told]:
    """Gives the charges and costs in the order asked, day by day if that is wanted."""
    if not asked:
        return []
    asked = [(entry, month.anchored(entry.billing_anchor_day)) for entry, month in asked]
    known = await _known(desk, asked)
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def tell(entry: Entry, month: Month) -> Told:
        async with gate:
            return await _told(desk, entry, month, known, by_day=by_day)

    return await asyncio.gather(*(tell(entry, month) for entry, month in asked))


async def _known(desk: Desk, asked: Sequence[Asked]) -> _Known:
    months = [month for _, month in asked]
    ids = [entry.tenant_id for entry, _ in asked]
    async with desk.db.operator_read() as store:
        books = await store.price_books.in_force_between(
            ids,
            min(month.first_date for month in months),
            max(month.end_date for month in months),
        )
        payees = await payees_of(store)
        billed = await billed_months(store, [(entry.tenant_id, month) for entry, month in asked])
    own: dict[str, list[PriceBook]] = {each: [] for each in ids}
    for book in books:
        own[book.tenant_id].append(book)
    return _Known(price_books=own, payees=payees, billed=billed)


async def billed_months(
    store: BillingStore, keys: Sequence[tuple[str, Month]]
) -> Mapping[tuple[str, Month], Billed]:
    """Gives what was billed for the months that were: on their own invoice, and late calls."""
    found: dict[tuple[str, Month], Billed] = {}
    for tenant_id in sorted({tenant_id for tenant_id, _ in keys}):
        heads = await store.billed.heads(tenant_id)
        for month in {month for of, month in keys if of == tenant_id}:
            of_month = [
                head for head in heads if head.month == month or month in head.covered_months
            ]
            if of_month:
                lines = await store.billed.lines_for(tenant_id, month)
                last = max(head.as_of_time for head in of_month)
                found[tenant_id, month] = Billed(lines, last)
    return found


async def _told(desk: Desk, entry: Entry, month: Month, known: _Known, *, by_day: bool) -> Told:
    tenant_id = entry.tenant_id
    books = known.price_books[tenant_id]
    billed = known.billed.get((tenant_id, month))
    # What came in after the last invoice was made is neither charged nor paid for in it.
    as_of_time = billed.as_of_time if billed else None
    spans = _days(month) if by_day else spans_of(month, books, *known.payees.timelines)
    quantities = await read_quantities(desk, tenant_id, month, spans, as_of_time)
    try:
        account = _account(tenant_id, books, known.payees, quantities, billed)
    except (PriceMissing, CostMissing, CurrencyMismatch) as refusal:
        # One client without a price must not hide the margins of all the others.
        return Told(entry, month, quantities.as_of_time, None, refusal.reason)
    return Told(entry, month, quantities.as_of_time, account, "")


def _account(
    tenant_id: str,
    books: Sequence[PriceBook],
    payees: Payees,
    quantities: MonthQuantities,
    billed: Billed | None,
) -> Account:
    lines = billed.lines if billed else charge_lines(tenant_id, books, quantities)
    if any(line.item is Item.SETUP_FEE for line in lines):
        quantities = replace(quantities, setup_count=1)
    costs = costs_of(payees, quantities, lines[0].amount.currency_code)
    return Account(tenant_id, books, payees, quantities, lines, costs)


def _margin(told: Told) -> Margin:
    account = told.account
    return Margin(
        tenant_id=told.entry.tenant_id,
        tenant_display_name=told.entry.display_name,
        month=told.month,
        as_of_time=told.as_of_time,
        earnings=earnings(account.lines, account.costs) if account else None,
        problem=told.problem,
    )


def _days(month: Month) -> list[Span]:
    count = (month.end_date - month.first_date).days
    starts = [month.first_date + timedelta(days=index) for index in range(count)]
    return [Span(day, day + timedelta(days=1)) for day in starts]
