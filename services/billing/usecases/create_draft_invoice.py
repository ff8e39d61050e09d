"""Computes what a month that is over has to be billed, and keeps it as a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import PeriodInvoiced
from services.billing.domain.invoice import DraftInvoice, ServiceEnded, check_is_over
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.parking import Parked, ParkReason
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.bill_month import bill_month
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_draft_invoice(
    desk: Desk, tenant_id: str, month: Month, once: Once[DraftInvoice, M]
) -> M:
    """Makes the draft, in place of an earlier one of the same month; parked if it looks wrong.

    Refuses with PERIOD_OPEN, PERIOD_INVOICED, SERVICE_ENDED, and PRICE_MISSING if nothing has a
    price.
    """
    draft = await compute_draft(desk, tenant_id, month)
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        return await once.keep(store, await keep_draft(store, draft))


async def compute_draft(desk: Desk, tenant_id: str, month: Month) -> DraftInvoice:
    """Gives a draft of now, which nobody has kept yet."""
    entry = await desk.directory.get(tenant_id)
    month = month.anchored(entry.billing_anchor_day)
    check_is_over(month, tenant_id, entry.time_zone, desk.clock.now())
    if not entry.is_served_in(month):
        raise ServiceEnded("The service had ended before this month.", month=month)
    return await bill_month(desk, entry, month)


async def keep_draft(store: BillingStore, draft: DraftInvoice) -> DraftInvoice:
    """Keeps a draft, parked too if another draft bills the same."""
    await store.lock_account(draft.tenant_id)
    if await store.invoices.find(draft.tenant_id, draft.month) is not None:
        raise PeriodInvoiced(
            "An invoice has been issued for this month.",
            tenant=f"tenants/{draft.tenant_id}",
            month=draft.month,
        )
    others = await store.billed.drafts_overlapping(
        draft.tenant_id,
        draft.month,
        {line.original_month for line in draft.bill.lines if line.original_month is not None},
        any(line.item is Item.SETUP_FEE for line in draft.bill.lines),
    )
    overlaps = (
        Parked(ParkReason.OVERLAP, f"The draft of {other} bills some of the same.")
        for other in others
    )
    kept = replace(draft, parked=(*draft.parked, *overlaps))
    await store.draft_invoices.put(kept)
    return kept
