"""Tells a client what a month has come to."""

from __future__ import annotations

from services.billing.domain.invoice import Statement
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.price_month import Pricing, price_month
from services.billing.usecases.tax_month import taxes_on


async def get_statement(desk: Desk, tenant_id: str, month: Month) -> Statement:
    """Gives the invoice's figures if there is one, else what the month has come to so far."""
    entry = await desk.directory.get(tenant_id)
    month = month.anchored(entry.billing_anchor_day)
    async with desk.db.read(tenant_id) as store:
        invoice = await store.invoices.find(tenant_id, month)
        books = await store.price_books.in_force_between(
            [tenant_id], month.first_date, month.end_date
        )
        setup_count = 0 if await store.invoices.count(tenant_id) else 1
        discounts = await store.discounts.all_of(tenant_id)
    if invoice is not None:
        return Statement(tenant_id, month, invoice.time_zone, invoice.bill, is_final=True)
    by = Pricing(
        tenant_id,
        books,
        setup_count,
        discounts=discounts,
        taxes=await taxes_on(desk, entry, month),
    )
    bill = await price_month(desk, month, by)
    return Statement(tenant_id, month, entry.time_zone, bill, is_final=False)
