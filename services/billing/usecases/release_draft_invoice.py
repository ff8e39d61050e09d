"""Lets a parked draft be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.invoice import DraftInvoice, DraftState, release
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.kit.errors import NotFound

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Release:
    """Which draft is released, by whom and why."""

    tenant_id: str
    month: Month
    note: str
    released_by: str


async def release_draft_invoice(desk: Desk, what: Release, once: Once[DraftInvoice, M]) -> M:
    """Gives the draft, which can be sent now; one that is not parked stays as it is.

    Refuses with RESOURCE_NOT_FOUND and DRAFT_UNRATED.
    """
    async with desk.db.transaction(what.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(what.tenant_id)
        draft = await store.draft_invoices.find(what.tenant_id, what.month)
        if draft is None:
            raise NotFound(resource=f"tenants/{what.tenant_id}/draftInvoices/{what.month}")
        if draft.state is DraftState.PARKED:
            draft = release(draft)
            at = store.scope.time
            await store.draft_invoices.release(draft, what.note, what.released_by, at)
        return await once.keep(store, draft)
