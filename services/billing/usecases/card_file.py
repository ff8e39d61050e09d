"""Puts a card on file; its number is entered elsewhere and never passes through here."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from services.billing.domain.card import CardPaymentsOff
from services.billing.partners.directory import Entry
from services.billing.partners.payments import CustomerDetails, Processor
from services.billing.usecases import Desk
from services.kit.errors import InvalidRequest


def processor_of(desk: Desk) -> Processor:
    """Gives who charges cards; refuses with CARD_PAYMENTS_OFF if nobody does."""
    if desk.processor is None:
        raise CardPaymentsOff("Payments by card are not offered.")
    return desk.processor


async def check_takes_cards(desk: Desk, tenant_id: str) -> Entry:
    """Gives the tenant's entry; refuses with CARD_PAYMENTS_OFF if its seller takes no cards.

    Cards are charged on the operator's account alone: a reseller's clients pay the reseller.
    """
    processor_of(desk)
    entry = await desk.directory.get(tenant_id)
    seller = await desk.directory.get(entry.seller_id) if entry.seller_id else entry
    if seller.seller_id:
        raise CardPaymentsOff("Payments by card are not offered.")
    return entry


async def open_card_setup(desk: Desk, tenant_id: str, return_uri: str, request_id: str) -> str:
    """Gives the address of a page on which a card is put on file.

    Refuses with CARD_PAYMENTS_OFF, and with INVALID_REQUEST if `return_uri` is no https address.
    """
    parts = urlsplit(return_uri)
    if parts.scheme != "https" or not parts.hostname:
        raise InvalidRequest.at("return_uri", "Must be an https address.")
    entry = await check_takes_cards(desk, tenant_id)
    processor = processor_of(desk)
    async with desk.db.read(tenant_id) as store:
        customer_id = await store.cards.customer_of(tenant_id)
    if not customer_id:
        details = CustomerDetails(tenant_id, entry.display_name)
        made = await processor.create_customer(details)
        async with desk.db.transaction(tenant_id) as store:
            customer_id = await store.cards.add_customer(tenant_id, made)
    key = request_id or str(uuid.uuid4())
    return await processor.open_card_setup(customer_id, return_uri, f"{tenant_id}-{key}")
