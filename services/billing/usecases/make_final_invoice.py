"""Bills the month in which a client's service ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.billing.domain.invoice import DraftOutdated, DraftState
from services.billing.domain.invoice_run import GRACE
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.create_draft_invoice import compute_draft, keep_draft
from services.billing.usecases.issue_draft_invoice import send_draft, trade_of
from services.kit.errors import Aborted


class FinalState(StrEnum):
    """How far a last invoice is."""

    OPEN = "OPEN"
    PARKED = "PARKED"
    ISSUED = "ISSUED"


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """A last invoice; nothing can be done about it before `due_time`."""

    state: FinalState
    month: Month
    due_time: datetime


async def make_final_invoice(desk: Desk, tenant_id: str, service_end: datetime) -> FinalInvoice:
    """Gives how far it is by now; may be repeated from the beginning after a kill at any place.

    Refuses with RESOURCE_NOT_FOUND and PRICE_MISSING.
    """
    entry = await desk.directory.get(tenant_id)
    last_instant = service_end - timedelta(microseconds=1)
    month = Month.current(last_instant, entry.time_zone, entry.billing_anchor_day)
    due_time = month.end_time(entry.time_zone) + GRACE
    if desk.clock.now() < due_time:
        return FinalInvoice(FinalState.OPEN, month, due_time)
    return FinalInvoice(await _made(desk, tenant_id, month), month, due_time)


async def _made(desk: Desk, tenant_id: str, month: Month) -> FinalState:
    async with desk.db.operator_read() as store:
        if await store.invoices.find(tenant_id, month) is not None:
            return FinalState.ISSUED
        kept = await store.draft_invoices.find(tenant_id, month)
    # What somebody has looked at and released is sent as it was seen.
    is_released = kept is not None and kept.state is DraftState.RELEASED
    draft = kept if kept and is_released else await compute_draft(desk, tenant_id, month)
    trade = await trade_of(desk, tenant_id)
    async with desk.db.operator_transaction() as store:
        if is_released:
            await store.lock_account(tenant_id)
        else:
            draft = await keep_draft(store, draft)
        if draft.state is DraftState.PARKED:
            return FinalState.PARKED
        try:
            await send_draft(store, month, trade)
        except DraftOutdated as error:
            raise Aborted("Another invoice was sent meanwhile.") from error
    return FinalState.ISSUED
