"""Takes an invoice back, in whole or in part: number, credit note and file in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.message import Message

from services.billing.domain import credit_note
from services.billing.domain.credit_note import CreditNote, credit_note_number
from services.billing.domain.invoice import Invoice
from services.billing.domain.month import Month
from services.billing.partners.credit_note_pdf import render_credit_note
from services.billing.partners.directory import Entry
from services.billing.partners.letters import MEDIA_TYPE
from services.billing.store import BillingStore
from services.billing.store.invoices import Document
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.settle import post
from services.kit.errors import NotFound
from services.kit.money import Money

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A credit note as it is asked for; `amounts` by position of the line, none for all."""

    tenant_id: str
    month: Month
    reason: str
    amounts: Mapping[int, Money]


async def create_credit_note(desk: Desk, wanted: Wanted, once: Once[CreditNote, M]) -> M:
    """Sends a credit note for an invoice.

    Refuses with RESOURCE_NOT_FOUND and CREDIT_EXCEEDS_INVOICE.
    """
    buyer = await desk.directory.get(wanted.tenant_id)
    seller = await desk.directory.get(buyer.seller_id) if buyer.seller_id else buyer
    # In the operator's role, because the number is the seller's row and the rest the buyer's.
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(wanted.tenant_id)
        invoice = await store.invoices.find(wanted.tenant_id, wanted.month)
        if invoice is None:
            raise NotFound(resource=f"tenants/{wanted.tenant_id}/invoices/{wanted.month}")
        note = await _create(store, wanted, invoice, seller)
        return await once.keep(store, note)


async def _create(
    store: BillingStore, wanted: Wanted, invoice: Invoice, seller: Entry
) -> CreditNote:
    credited = await store.credit_notes.credited_lines(invoice.tenant_id, invoice.month)
    lines = (
        credit_note.some(invoice, credited, wanted.amounts)
        if wanted.amounts
        else credit_note.all_that_is_left(invoice, credited)
    )
    at = store.scope.time
    # The seller of the invoice takes it back, whoever sells to the client now.
    seller_id = invoice.parties.seller_id
    year = at.astimezone(ZoneInfo(seller.time_zone)).year
    number = credit_note_number(year, await store.credit_notes.next_position(seller_id, year))
    note = CreditNote(
        tenant_id=invoice.tenant_id,
        number=number,
        month=invoice.month,
        invoice_number=invoice.number,
        time_zone=invoice.time_zone,
        reason=wanted.reason,
        lines=lines,
        parties=invoice.parties,
        issue_time=at,
    )
    content = await asyncio.to_thread(render_credit_note, note, seller)
    await store.credit_notes.add(note, Document(MEDIA_TYPE, content))
    left = await store.ledger.left_to_pay(invoice.tenant_id, [str(invoice.month)])
    await post(store, credit_note.posted(note, left[str(invoice.month)]))
    return note
