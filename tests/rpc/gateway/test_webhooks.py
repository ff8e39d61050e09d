"""Programs are told of what happens: signed, once, until they say yes; and nobody inside is."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from services.gateway.webhooks.events import CALL_FINISHED, INVOICE_ISSUED, Event, record
from tests.support.gateway.receiver import Receiver, a_receiver
from tests.support.gateway.running import Browser, Running
from veneer.billing.v1.client_event_service_pb2 import ClientEvent
from veneer.usage.v1.call_event_service_pb2 import ReadCallEventsResponse
from veneer.usage.v1.call_service_pb2 import Call

KEY = {"authorization": "Bearer key-abc-solar", "content-type": "application/json"}
ENDPOINTS = "/v1/tenants/abc-solar/webhookEndpoints"


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as running:
        yield running


async def _post(browser: Browser, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = await browser.send("POST", path, content=json.dumps(body), headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


async def _an_endpoint(browser: Browser, receiver: Receiver, *types: str) -> Any:
    return await _post(browser, ENDPOINTS, {"url": receiver.url, "eventTypes": types})


async def _happens(gateway: Running, event_type: str, event_id: str) -> None:
    """Something happens to the client."""
    now = gateway.clock.now()
    event = Event("abc-solar", event_id, event_type, now, {"name": "tenants/abc-solar/x"})
    async with gateway.database.transaction("abc-solar") as store:
        await record(store, event)


async def _deliveries(browser: Browser, endpoint: Any) -> list[Any]:
    answer = await browser.get(f"/v1/{endpoint['name']}/deliveries", **KEY)
    found: list[Any] = answer.json()["webhookDeliveries"]
    return found


async def _forget(browser: Browser, endpoint: Any) -> None:
    answer = await browser.send("DELETE", f"/v1/{endpoint['name']}", headers=KEY)
    assert answer.status_code == 200


async def test_an_event_is_sent_signed_and_once(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """To who wants to know of it, however often it is heard of; it names nobody of ours."""
    endpoint = await _an_endpoint(sunny, receiver, CALL_FINISHED)
    assert endpoint["secret"].startswith("whsec_")
    assert (await sunny.get(f"/v1/{endpoint['name']}", **KEY)).json()["secret"] == ""

    for _ in range(2):
        await _happens(gateway, CALL_FINISHED, "evt_1")
        await _happens(gateway, INVOICE_ISSUED, "evt_2")
        await gateway.sender.run_due()

    (received,) = receiver.received
    assert received.headers["webhook-id"] == "evt_1"
    assert received.headers["user-agent"] == "Webhooks/1"
    assert received.headers["request"] == "POST /events?from=us HTTP/1.1"
    assert received.is_signed_with(endpoint["secret"])
    body = json.loads(received.body)
    assert set(body) == {"type", "timestamp", "order", "data"}
    assert (body["type"], body["data"]) == (CALL_FINISHED, {"name": "tenants/abc-solar/x"})
    (delivery,) = await _deliveries(sunny, endpoint)
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("DELIVERED", 204)
    await _forget(sunny, endpoint)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (500, "Not a success."),
        (302, "A redirect, which is not followed."),
        (0, "There was no answer in time."),
    ],
)
async def test_a_rude_receiver_is_asked_again_later(
    sunny: Browser, gateway: Running, receiver: Receiver, status: int, problem: str
) -> None:
    """Not before its time; then, with the same id, until it says yes."""
    endpoint = await _an_endpoint(sunny, receiver)
    receiver.status = status
    await _happens(gateway, CALL_FINISHED, f"evt_rude_{status}")

    await gateway.sender.run_due()
    await gateway.sender.run_due()
    (delivery,) = await _deliveries(sunny, endpoint)
    assert delivery["state"] == "WAITING"
    assert [each["problem"] for each in delivery["attempts"]] == [problem]
    assert len(receiver.received) == 1

    receiver.status = 200
    gateway.clock.advance(seconds=6)
    await gateway.sender.run_due()

    (delivery,) = await _deliveries(sunny, endpoint)
    assert delivery["state"] == "DELIVERED"
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 1
    await _forget(sunny, endpoint)


async def test_an_answer_without_an_end_is_not_read_to_it(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """Its status is all that counts."""
    endpoint = await _an_endpoint(sunny, receiver)
    receiver.status = -1
    await _happens(gateway, CALL_FINISHED, "evt_endless")

    await gateway.sender.run_due()

    assert [each["state"] for each in await _deliveries(sunny, endpoint)] == ["DELIVERED"]
    await _forget(sunny, endpoint)


async def test_two_replicas_do_not_send_twice(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """They take turns by the rows' leases."""
    endpoint = await _an_endpoint(sunny, receiver)
    for number in range(20):
        await _happens(gateway, CALL_FINISHED, f"evt_many_{number}")

    await gateway.both_senders()

    assert len(receiver.received) == 20
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 20
    await _forget(sunny, endpoint)


async def test_an_endpoint_that_fails_for_three_days_is_disabled(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """Nothing more is sent to it until somebody enables it; then what it missed can be replayed."""
    endpoint = await _an_endpoint(sunny, receiver)
    receiver.status = 500
    await _happens(gateway, CALL_FINISHED, "evt_first")
    await gateway.sender.run_due()
    gateway.clock.advance(hours=73)
    await gateway.sender.run_due()

    path = f"/v1/{endpoint['name']}"
    assert (await sunny.get(path, **KEY)).json()["state"] == "DISABLED"
    told = "SendEndpointDisabledNotice tenants/abc-solar 127.0.0.1"
    assert gateway.world.asked.count(told) == 1
    await _happens(gateway, CALL_FINISHED, "evt_second")
    gateway.clock.advance(hours=7)
    await gateway.sender.run_due()
    (missed,) = await _deliveries(sunny, endpoint)
    assert missed["state"] == "FAILED"
    replay = f"/v1/{missed['name']}:replay"
    refused = await _post(sunny, replay, {}, status=400)
    assert refused["error"]["details"][0]["reason"] == "WEBHOOK_ENDPOINT_DISABLED"

    receiver.status = 200
    enabled = await sunny.send("PATCH", path, content='{"state": "ENABLED"}', headers=KEY)
    assert enabled.json()["state"] == "ENABLED"
    await _post(sunny, replay, {})
    await gateway.sender.run_due()
    assert [each["state"] for each in await _deliveries(sunny, endpoint)] == ["DELIVERED"]
    await _forget(sunny, endpoint)


async def test_a_new_secret_signs_beside_the_old_for_a_day(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """So that no event is refused while programs learn of it."""
    endpoint = await _an_endpoint(sunny, receiver)
    new = (await _post(sunny, f"/v1/{endpoint['name']}:rotateSecret", {}))["secret"]
    for _ in range(2):
        await _post(sunny, f"/v1/{endpoint['name']}:test", {})
        await gateway.sender.run_due()
        gateway.clock.advance(hours=25)

    first, later = receiver.received
    assert json.loads(first.body)["type"] == "test"
    assert first.is_signed_with(endpoint["secret"])
    assert first.is_signed_with(new)
    assert later.is_signed_with(new)
    assert not later.is_signed_with(endpoint["secret"])
    await _forget(sunny, endpoint)


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00:ec2::254]/",
        "https://127.0.0.2/",
        "https://2130706434/",
        "https://0x7f000002/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://nobody.invalid/",
        "http://8.8.8.8/",
        "https://user:password@8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://exa mple/",
        "https://[::1/",
    ],
)
async def test_an_address_inside_is_refused(sunny: Browser, url: str) -> None:
    """However it is written, and what is no address too."""
    refused = await _post(sunny, ENDPOINTS, {"url": url}, status=400)

    fields = refused["error"]["details"][1]["fieldViolations"]
    assert [each["field"] for each in fields] == ["webhook_endpoint.url"]


async def test_an_address_is_checked_again_when_it_is_sent_to(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """A name can lead elsewhere by then."""
    endpoint = await _an_endpoint(sunny, receiver)
    async with gateway.database.transaction("abc-solar") as store:
        kept = await store.webhook_endpoints.find("abc-solar", endpoint["name"].split("/")[-1])
        assert kept is not None
        await store.webhook_endpoints.save(replace(kept, url="https://10.0.0.1/"))
    await _happens(gateway, CALL_FINISHED, "evt_moved")

    await gateway.sender.run_due()

    (delivery,) = await _deliveries(sunny, endpoint)
    assert delivery["attempts"][0]["problem"] == "This address is not a public one."
    await _forget(sunny, endpoint)


async def test_other_clients_have_nothing_of_it(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """Neither the endpoint nor the events."""
    endpoint = await _an_endpoint(sunny, receiver)
    other = gateway.at(gateway.world.parties["meridian"])
    answer = await other.get(f"/v1/{endpoint['name']}", authorization="Bearer key-meridian")
    assert answer.status_code == 404
    event = Event("meridian", "evt_theirs", CALL_FINISHED, gateway.clock.now(), {})
    async with gateway.database.transaction("meridian") as store:
        await record(store, event)
    await gateway.sender.run_due()

    assert receiver.received == []
    await _forget(sunny, endpoint)


async def test_the_page_makes_tries_and_replays(
    visitor: Browser, gateway: Running, receiver: Receiver
) -> None:
    """The secret stands on one page and on no other."""
    form = {"url": receiver.url, "display_name": "CRM", "call.finished": "1"}
    made = await visitor.submit("/api/webhooks", "/api/webhooks", **form)
    assert made.status_code == 200
    assert "whsec_" in made.text
    listed = (await visitor.get("/api/webhooks")).text
    assert "whsec_" not in listed
    here = "/api/webhooks/w" + listed.split('href="/api/webhooks/w')[1].split('"')[0]

    assert (await visitor.submit(here, f"{here}/test")).status_code == 303
    await gateway.sender.run_due()
    page = (await visitor.get(here)).text
    assert "delivered" in page
    replay = page.split('/replay"')[0].rpartition('action="')[2] + "/replay"
    assert (await visitor.submit(here, replay)).status_code == 303
    await gateway.sender.run_due()
    assert len(receiver.received) == 2

    wrong = await visitor.submit(here, here, url="https://10.0.0.1/", display_name="CRM 2")
    assert wrong.status_code == 400
    assert 'value="https://10.0.0.1/"' in wrong.text
    assert "This address is not a public one." in wrong.text
    assert (await visitor.submit(here, f"{here}/state", state="disabled")).status_code == 303
    assert "This endpoint is disabled" in (await visitor.get(here)).text
    rotated = await visitor.submit(here, f"{here}/secret")
    assert "whsec_" in rotated.text
    assert (await visitor.submit(here, f"{here}/delete")).status_code == 303
    assert (await visitor.get(here)).status_code == 404


async def test_a_refused_form_keeps_what_was_typed(visitor: Browser) -> None:
    """Beside the reason."""
    form = {"url": "https://127.0.0.2/", "display_name": "Mine", "invoice.issued": "1"}

    answer = await visitor.submit("/api/webhooks", "/api/webhooks", **form)

    assert answer.status_code == 400
    assert 'value="https://127.0.0.2/"' in answer.text
    assert 'name="invoice.issued" value="1" checked' in answer.text


async def test_an_event_with_a_secret_word_is_held_back(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """And alarmed; what the client said itself may pass."""
    endpoint = await _an_endpoint(sunny, receiver)
    event = Event("abc-solar", "evt_leak", CALL_FINISHED, gateway.clock.now(), {"a": "by Portunus"})
    async with gateway.database.transaction("abc-solar") as store:
        await record(store, event)

    await gateway.sender.run_due()

    assert receiver.received == []
    assert [each["state"] for each in await _deliveries(sunny, endpoint)] == ["FAILED"]
    console = gateway.at(gateway.world.parties["northgate"])
    alarms = await console.get("/v1/leakAlarms", authorization="Bearer key-northgate")
    assert "event call.finished" in [each["asked"] for each in alarms.json()["leakAlarms"]]
    await _forget(sunny, endpoint)


async def test_calls_are_taken_over_from_usage_once(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """As the API shows them, in the order of storing; nothing that happened is lost or repeated."""
    endpoint = await _an_endpoint(sunny, receiver, "call.finished", "call.disposition")
    tenant, events = "tenants/abc-solar", gateway.world.call_events
    call = Call(name=f"{tenant}/calls/c{uuid.uuid4().hex[:6]}", called_number="+12125550100")
    events[tenant] = [_stored(gateway, call, is_new=True)]
    await gateway.intake.run_due()
    events[tenant].append(_stored(gateway, call, "SALE"))

    await asyncio.gather(gateway.intake.run_due(), gateway.intake.run_due())
    await gateway.sender.run_due()

    assert tenant in gateway.world.kept_call_events
    bodies = sorted((json.loads(each.body) for each in receiver.received), key=lambda b: b["order"])
    assert [each["type"] for each in bodies] == ["call.finished", "call.disposition"]
    assert bodies[0]["order"] < bodies[1]["order"]
    assert bodies[0]["data"]["calledNumber"] == "+12125550100"
    assert bodies[1]["data"]["disposition"] == "SALE"
    assert bodies[1]["data"]["agent"] == ""
    await _forget(sunny, endpoint)


async def test_what_happens_to_accounts_is_taken_over_from_billing(
    sunny: Browser, gateway: Running, receiver: Receiver
) -> None:
    """By who wants to know of it, once; other clients' events are not among it."""
    endpoint = await _an_endpoint(sunny, receiver, "invoice.issued", "payment.succeeded")
    kinds, told = ClientEvent.Kind, gateway.world.account_events
    for position, kind in enumerate((kinds.INVOICE_ISSUED, kinds.SPENDING, kinds.PAYMENT_RECEIVED)):
        for tenant in ("abc-solar", "meridian"):
            event = ClientEvent(tenant=f"tenants/{tenant}", kind=kind, facts={"number": "7"})
            event.event_id, event.subject = f"e{position}", f"tenants/{tenant}/x"
            event.position = len(told) + 1
            event.create_time.FromDatetime(gateway.clock.now())
            told.append(event)
    for _ in range(2):
        await gateway.intake.run_due()
        await gateway.sender.run_due()

    bodies = [json.loads(each.body) for each in receiver.received]
    assert sorted(each["type"] for each in bodies) == ["invoice.issued", "payment.succeeded"]
    assert bodies[0]["data"] == {"name": "tenants/abc-solar/x", "number": "7"}
    await _forget(sunny, endpoint)


def _stored(gateway: Running, call: Call, disposition: str = "", is_new: bool = False) -> Any:
    gateway.clock.advance(seconds=1)
    event = ReadCallEventsResponse.CallEvent(
        call=call, is_new=is_new, is_disposed=bool(disposition)
    )
    event.call.disposition = disposition
    event.stored_time.FromDatetime(gateway.clock.now())
    return event
