"""What clients' programs are told of: recorded with what happened, put in order afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from services.billing.domain.invoice import Invoice
from services.billing.domain.payment import Payment
from services.billing.store import BillingStore
from services.kit.db.outbox import Intent
from services.kit.money import decimal_text

CLIENT_EVENT: Final = "client-event"


class EventKind(StrEnum):
    """What happened."""

    INVOICE_ISSUED = "INVOICE_ISSUED"
    PAYMENT_RECEIVED = "PAYMENT_RECEIVED"
    SPENDING = "SPENDING"
    PRICE_NOTICE = "PRICE_NOTICE"
    SERVICE_STATE = "SERVICE_STATE"


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """Something that happened. `event_id` is made from it; facts are for the client's eyes."""

    tenant_id: str
    event_id: str
    kind: str
    subject: str
    facts: Mapping[str, str]


async def add_event(store: BillingStore, event: ClientEvent) -> None:
    """Records an event in the transaction of what happened."""
    await store.outbox.add(CLIENT_EVENT, asdict(event))


def event_in(intent: Intent) -> ClientEvent:
    """Gives the event that was recorded."""
    return ClientEvent(**intent.payload)


def invoice_issued(invoice: Invoice) -> ClientEvent:
    """An invoice was sent."""
    total = invoice.bill.total
    return ClientEvent(
        invoice.tenant_id,
        f"invoice-{invoice.month}",
        EventKind.INVOICE_ISSUED,
        f"tenants/{invoice.tenant_id}/invoices/{invoice.month}",
        {
            "number": invoice.number,
            "total": decimal_text(total.amount),
            "currencyCode": total.currency_code,
        },
    )


def payment_received(payment: Payment, source: str) -> ClientEvent:
    """Money has arrived; the source, which can bear the processor's own id, is not told."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:20]
    return ClientEvent(
        payment.tenant_id,
        f"payment-{digest}",
        EventKind.PAYMENT_RECEIVED,
        f"tenants/{payment.tenant_id}/payments/{payment.payment_id}",
        {
            "amount": decimal_text(payment.amount.amount),
            "currencyCode": payment.amount.currency_code,
            "method": payment.method,
        },
    )


def prices_change(tenant_id: str, effective_date: str) -> ClientEvent:
    """Prices will change on a day."""
    return ClientEvent(
        tenant_id,
        f"price-notice-{effective_date}",
        EventKind.PRICE_NOTICE,
        f"tenants/{tenant_id}/priceNotices/{effective_date}",
        {"effectiveDate": effective_date},
    )
