"""Prices a month that is over, and keeps it as a draft."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import PeriodInvoiced
from services.billing.domain.invoice import DraftInvoice, check_is_over
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.price_month import price_month

M = TypeVar("M", bound=Message)


async def create_draft_invoice(
    desk: Desk, tenant_id: str, month: Month, once: Once[DraftInvoice, M]
) -> M:
    """Makes the draft, in place of an earlier one of the same month.

    Refuses with PERIOD_OPEN, PERIOD_INVOICED and PRICE_MISSING.
    """
    entry = await desk.directory.get(tenant_id)
    check_is_over(month, tenant_id, entry.time_zone, desk.clock.now())
    async with desk.db.read(tenant_id) as store:
        books = await store.price_books.in_force_between(
            [tenant_id], month.first_date, month.end_date
        )
    bill = await price_month(desk.usage, tenant_id, month, books)
    draft = DraftInvoice(tenant_id, month, entry.time_zone, bill)
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        if await store.invoices.find(tenant_id, month) is not None:
            raise PeriodInvoiced(
                "An invoice has been issued for this month.",
                tenant=f"tenants/{tenant_id}",
                month=month,
            )
        await store.draft_invoices.put(draft)
        return await once.keep(store.requests, draft)
