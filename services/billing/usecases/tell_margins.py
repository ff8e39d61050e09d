"""Sets charges against costs, for one client or for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.dues import PriceMissing
from services.billing.domain.invoice import Bill, Invoice
from services.billing.domain.margin import Margin, earnings
from services.billing.domain.month import Month
from services.billing.domain.payees import CostMissing, Payees
from services.billing.domain.quantities import MonthQuantities, spans_of
from services.billing.partners.directory import Entry
from services.billing.usecases import Desk
from services.billing.usecases.payees_of import payees_of
from services.billing.usecases.read_quantities import read_quantities
from services.kit.money import CurrencyMismatch

# So many clients are asked for at once: usage has other callers too.
_CONCURRENCY = 8

Asked = tuple[Entry, Month]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the own store knows of the clients that were asked for."""

    price_books: Mapping[str, Sequence[PriceBook]]
    payees: Payees
    invoices: Mapping[tuple[str, Month], Invoice]


async def tell_margin(desk: Desk, tenant_id: str, month: Month) -> Margin:
    """Gives one client's margin in a month; refuses with RESOURCE_NOT_FOUND if there is none."""
    (margin,) = await tell_margins(desk, [(await desk.directory.get(tenant_id), month)])
    return margin


async def tell_margins(desk: Desk, asked: Sequence[Asked]) -> list[Margin]:
    """Gives the margins in the order asked; a month that can't be told says why instead."""
    if not asked:
        return []
    known = await _known(desk, asked)
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def tell(entry: Entry, month: Month) -> Margin:
        async with gate:
            return await _margin(desk, entry, month, known)

    return await asyncio.gather(*(tell(entry, month) for entry, month in asked))


async def _known(desk: Desk, asked: Sequence[Asked]) -> _Known:
    months = [month for _, month in asked]
    ids = [entry.tenant_id for entry, _ in asked]
    async with desk.db.operator_read() as store:
        books = await store.price_books.in_force_between(
            ids, min(months).first_date, max(months).end_date
        )
        payees = await payees_of(store)
        keys = [(entry.tenant_id, month) for entry, month in asked]
        invoices = await store.invoices.find_all(keys)
    return _Known(
        price_books={each: [book for book in books if book.tenant_id == each] for each in ids},
        payees=payees,
        invoices={(invoice.tenant_id, invoice.month): invoice for invoice in invoices},
    )


async def _margin(desk: Desk, entry: Entry, month: Month, known: _Known) -> Margin:
    tenant_id = entry.tenant_id
    books = known.price_books[tenant_id]
    invoice = known.invoices.get((tenant_id, month))
    # What came in after the invoice was made is neither charged nor paid for in it.
    as_of_time = invoice.bill.as_of_time if invoice else None
    spans = spans_of(month, books, *known.payees.timelines)
    quantities = await read_quantities(desk.usage, tenant_id, month, spans, as_of_time)
    try:
        bill = invoice.bill if invoice else _bill(tenant_id, books, quantities)
        costs = costs_of(known.payees, quantities, bill.total.currency_code)
        told, problem = earnings(bill.lines, costs), ""
    except (PriceMissing, CostMissing, CurrencyMismatch) as refusal:
        # One client without a price must not hide the margins of all the others.
        told, problem = None, refusal.reason
    return Margin(tenant_id, entry.display_name, month, quantities.as_of_time, told, problem)


def _bill(tenant_id: str, books: Sequence[PriceBook], quantities: MonthQuantities) -> Bill:
    return Bill.of(charge_lines(tenant_id, books, quantities), quantities.as_of_time)
