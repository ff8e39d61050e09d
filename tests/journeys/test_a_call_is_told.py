"""A call ends at the dialer, an invoice is sent: the client's own program is told, signed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from tests.support.eventually import eventually
from tests.support.gateway.receiver import Receiver, a_receiver
from tests.support.road import Client, Road


async def test_a_clients_program_is_told_of_a_call_and_of_an_invoice(road: Road) -> None:
    """Within seconds, through every service; another client's program hears nothing of it."""
    client, other = road.a_client(), road.a_client()
    road.prices(client, date(2025, 1, 1))
    async with a_receiver() as receiver, a_receiver() as others:
        secret = _endpoint(client, receiver)
        _endpoint(other, others)

        def is_told_of_a_call() -> bool:
            # Of calls that ended before the endpoint was heard of, nothing is told.
            road.end_leg_now(client)
            return bool(_told(receiver, "call.finished"))

        await eventually(is_told_of_a_call, what="a call")
        draft = _draft(road, client)
        road.operator.post(f"/v1/{draft['name']}:issue")
        await eventually(lambda: _told(receiver, "invoice.issued"), what="the invoice")

        (invoice,) = _told(receiver, "invoice.issued")
        call = _told(receiver, "call.finished")[0]
        assert call["billableSeconds"] == 10
        assert client.rest.get(f"/v1/{call['name']}")["calledNumber"] == call["calledNumber"]
        assert client.rest.get(f"/v1/{invoice['name']}")["number"] == invoice["number"]
        assert all(each.is_signed_with(secret) for each in receiver.received)
        assert others.received == []


def _draft(road: Road, client: Client) -> dict[str, Any]:
    """Makes a draft of a month that is over."""
    path = f"/v1/{client.name}/draftInvoices"
    return road.operator.post(path, {}, draftInvoiceId="2025-09")


def _endpoint(client: Client, receiver: Receiver) -> str:
    """Has a program told of everything, and gives the secret."""
    path = f"/v1/{client.name}/webhookEndpoints"
    return str(client.rest.post(path, {"url": receiver.url})["secret"])


def _told(receiver: Receiver, event_type: str) -> list[dict[str, Any]]:
    bodies = [json.loads(each.body) for each in receiver.received]
    return [body["data"] for body in bodies if body["type"] == event_type]
