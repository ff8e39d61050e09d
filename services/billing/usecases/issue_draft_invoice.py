"""Sends a draft: number, invoice and file, all in one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.message import Message

from services.billing.domain.invoice import (
    Invoice,
    Parties,
    check_can_be_issued,
    issue,
    number_text,
)
from services.billing.domain.month import Month
from services.billing.domain.standing import Standing
from services.billing.partners.directory import Entry
from services.billing.partners.invoice_pdf import render_invoice
from services.billing.partners.letters import MEDIA_TYPE
from services.billing.store import BillingStore
from services.billing.store.invoices import Document
from services.billing.usecases import Desk
from services.billing.usecases.client_events import add_event, invoice_issued
from services.billing.usecases.once import Once
from services.billing.usecases.settle import post_invoice, standings
from services.kit.errors import NotFound

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Trade:
    """Who buys and who sells, as they are now."""

    buyer: Entry
    seller: Entry


async def issue_draft_invoice(
    desk: Desk, tenant_id: str, month: Month, once: Once[tuple[Invoice, Standing], M]
) -> M:
    """Gives the invoice of the month and how it stands; it is sent now unless it was before.

    Refuses with RESOURCE_NOT_FOUND if there is neither a draft nor an invoice, and with
    DRAFT_PARKED and DRAFT_OUTDATED.
    """
    trade = await trade_of(desk, tenant_id)
    # In the operator's role, because the number is the seller's row and the rest the buyer's.
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        invoice = await store.invoices.find(tenant_id, month)
        if invoice is None:
            invoice = await send_draft(store, month, trade)
        stands = await standings(store, tenant_id, [invoice])
        return await once.keep(store, (invoice, stands[month]))


async def trade_of(desk: Desk, tenant_id: str) -> Trade:
    """Gives who sells to a tenant."""
    buyer = await desk.directory.get(tenant_id)
    seller = await desk.directory.get(buyer.seller_id) if buyer.seller_id else buyer
    return Trade(buyer, seller)


async def send_draft(store: BillingStore, month: Month, trade: Trade) -> Invoice:
    """Sends the draft of a month that has no invoice, with the buyer's account locked."""
    buyer, seller = trade.buyer, trade.seller
    draft = await store.draft_invoices.find(buyer.tenant_id, month)
    if draft is None:
        raise NotFound(resource=f"tenants/{buyer.tenant_id}/draftInvoices/{month}")
    check_can_be_issued(draft, await store.invoices.count(buyer.tenant_id))
    at = store.scope.time
    parties = Parties(seller.tenant_id, seller.display_name, buyer.display_name)
    # Last of all that can wait or fail for long: others wait for the seller's next number.
    number = await _next_number(store, seller, at)
    invoice = issue(draft, number, parties, at)
    content = await asyncio.to_thread(render_invoice, invoice, seller)
    await store.invoices.add(invoice, Document(MEDIA_TYPE, content))
    await post_invoice(store, invoice)
    await store.draft_invoices.remove(draft.tenant_id, month)
    await add_event(store, invoice_issued(invoice))
    return invoice


async def _next_number(store: BillingStore, seller: Entry, at: datetime) -> str:
    year = at.astimezone(ZoneInfo(seller.time_zone)).year
    return number_text(year, await store.invoices.next_position(seller.tenant_id, year))
