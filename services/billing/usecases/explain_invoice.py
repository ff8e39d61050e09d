"""Explains an invoice: a line by what was used, and its calls by the price of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.billing.domain.books import books_of_month, in_force
from services.billing.domain.explanation import CallPrice, Explanation, call_price, explain
from services.billing.domain.invoice import Invoice
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import spans_of
from services.billing.partners.call_feed import Period, RouteCall
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.read_quantities import read_quantities
from services.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class PricedCall:
    """A call and what it is charged."""

    call: RouteCall
    price: CallPrice


@dataclass(frozen=True, slots=True)
class PricedCalls:
    """A page of the calls of an invoice, and where the next one begins."""

    calls: Sequence[PricedCall]
    currency_code: str
    next_token: str


async def explain_invoice_line(
    desk: Desk, tenant_id: str, month: Month, position: int
) -> tuple[Invoice, Explanation]:
    """Explains the line of a position, from 1 on; refuses with RESOURCE_NOT_FOUND.

    The quantities are read as they were for the invoice, and so are the same for ever.
    """
    async with desk.db.read(tenant_id) as store:
        invoice = await _invoice(store, tenant_id, month)
        if not 1 <= position <= len(invoice.bill.lines):
            raise NotFound(resource=f"tenants/{tenant_id}/invoices/{month}, line {position}")
        line = invoice.bill.lines[position - 1]
        of = (line.original_month or month).anchored(invoice.month.anchor_day)
        books = books_of_month(await store.price_books.all_of(tenant_id), of)
        billed = await store.billed.lines_for(tenant_id, of, before=invoice.issue_time)
    as_of_time = invoice.bill.as_of_time
    quantities = await read_quantities(desk, tenant_id, of, spans_of(of, books), as_of_time)
    setups = 1 if line.item is Item.SETUP_FEE else 0
    return invoice, explain(line, books, replace(quantities, setup_count=setups), billed)


async def list_invoice_calls(
    desk: Desk, tenant_id: str, month: Month, size: int, token: str
) -> PricedCalls:
    """Gives a page of the answered calls of an invoiced month as they are known now."""
    async with desk.db.read(tenant_id) as store:
        invoice = await _invoice(store, tenant_id, month)
        month = invoice.month
        books = books_of_month(await store.price_books.all_of(tenant_id), month)
    zone = invoice.time_zone
    period = Period(month.start_time(zone), month.end_time(zone))
    calls, next_token = await desk.usage.feed.page(tenant_id, period, size, token)
    priced = [
        PricedCall(
            call,
            call_price(
                in_force(books, call.local_date),
                (call.direction, call.zone),
                call.billable_seconds,
            ),
        )
        for call in calls
    ]
    return PricedCalls(priced, invoice.bill.total.currency_code, next_token)


async def _invoice(store: BillingStore, tenant_id: str, month: Month) -> Invoice:
    invoice = await store.invoices.find(tenant_id, month)
    if invoice is None:
        raise NotFound(resource=f"tenants/{tenant_id}/invoices/{month}")
    return invoice
