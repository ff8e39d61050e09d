"""ClientEventService: what happened to clients' accounts, each once, in one order."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.billing.worker.client_events import ClientEvents
from tests.support.billing import Billing, a_request_id
from tests.support.paying import OCTOBER, a_payer
from veneer.billing.v1 import client_event_service_pb2 as pb

LATER = date(2026, 2, 1)


async def _after(billing: Billing, position: int) -> list[Any]:
    await ClientEvents(billing.desk.db).run_due()
    answer: Any = await billing.client_events.ReadClientEvents(
        pb.ReadClientEventsRequest(after_position=position)
    )
    return list(answer.client_events)


async def test_an_invoice_and_its_payment_are_told(billing: Billing) -> None:
    """With what is to be known at once; nothing in it names who moves the money."""
    payer = await a_payer(billing, OCTOBER)
    (invoice,) = [each for each in await _after(billing, 0) if each.tenant == payer.name]
    await payer.record("530", reference="TRX 1")
    (payment,) = await _after(billing, invoice.position)

    assert (invoice.kind, payment.kind) == (
        pb.ClientEvent.INVOICE_ISSUED,
        pb.ClientEvent.PAYMENT_RECEIVED,
    )
    assert invoice.subject == f"{payer.name}/invoices/{OCTOBER}"
    assert dict(invoice.facts)["total"] == "530"
    assert dict(payment.facts) == {
        "amount": "530",
        "currencyCode": "USD",
        "method": "BANK_TRANSFER",
    }


async def test_a_reader_goes_on_after_what_it_has_read(billing: Billing) -> None:
    """A request that is repeated is no second event."""
    before = await _after(billing, 0)
    last = before[-1].position if before else 0
    payer = await a_payer(billing, OCTOBER)
    request_id = a_request_id()
    for _ in range(2):
        await payer.record("100", request_id=request_id)

    told = await _after(billing, last)

    assert sorted(each.kind for each in told) == [
        pb.ClientEvent.INVOICE_ISSUED,
        pb.ClientEvent.PAYMENT_RECEIVED,
    ]
    assert await _after(billing, told[-1].position) == []


async def test_new_prices_are_told(billing: Billing) -> None:
    """With the day from which they hold."""
    tenant_id = await billing.a_client()
    await billing.set_prices(tenant_id, {"platform": "550"}, since=LATER)

    told = [each for each in await _after(billing, 0) if each.tenant == f"tenants/{tenant_id}"]

    assert [(each.kind, dict(each.facts)) for each in told] == [
        (pb.ClientEvent.PRICE_NOTICE, {"effectiveDate": "2026-02-01"})
    ]
