"""The REST API as programs meet it at the gateway."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from services.kit.errors import Unavailable
from tests.support.gateway.billing_peer import PDF
from tests.support.gateway.running import Browser, Running

SUMMARY = "/v1/tenants/abc-solar/usageSummaries/2025-10"
KEY = "Bearer key-abc-solar"


def _reason(answer: httpx.Response) -> str:
    reason: str = answer.json()["error"]["details"][0]["reason"]
    return reason


async def test_a_key_gets_its_tenants_resources(sunny: Browser) -> None:
    """As proto3's JSON: 64-bit numbers are texts."""
    answer = await sunny.get(SUMMARY, authorization=KEY)

    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert body["billableSeconds"] == "2713741"
    assert body["days"][0]["date"] == {"year": 2025, "month": 10, "day": 1}


async def test_answers_are_not_to_be_kept_by_anybody(sunny: Browser) -> None:
    """Nor run, framed or guessed at."""
    answer = await sunny.get(SUMMARY, authorization=KEY)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Basic a2V5",
        "Bearer key-nobody",
        "Bearer key-meridian",
        "Bearer \xe9",
    ],
)
async def test_every_other_key_is_401(sunny: Browser, authorization: str) -> None:
    """None, an unknown one, another tenant's: nobody can tell which."""
    answer = await sunny.send(
        "GET", SUMMARY, headers={"authorization": authorization.encode("latin-1")}
    )

    assert (answer.status_code, _reason(answer)) == (401, "CREDENTIALS_INVALID")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["message"] == "The credentials are missing or not valid."


async def test_the_operators_key_is_unknown_at_a_clients_host(sunny: Browser) -> None:
    """It would open everything."""
    answer = await sunny.get(SUMMARY, authorization="Bearer key-northgate")

    assert answer.status_code == 401


async def test_a_clients_key_is_unknown_at_the_console(console: Browser) -> None:
    """Whatever it asks for."""
    answer = await console.get("/v1/tenants", authorization=KEY)

    assert answer.status_code == 401


async def test_the_operators_side_is_not_there_for_clients(sunny: Browser) -> None:
    """As if it had never been written."""
    answers = [
        await sunny.get(path, authorization=KEY)
        for path in ("/v1/tenants", "/v1/margins", "/v1/costBooks", "/v1/nothing")
    ]

    assert {(each.status_code, _reason(each)) for each in answers} == {(404, "ROUTE_NOT_FOUND")}


async def test_a_clients_host_is_nobody_at_the_operators_listener(gateway: Running) -> None:
    """And the console is nobody at the clients'."""
    client, operator = (gateway.world.parties[name] for name in ("abc-solar", "northgate"))
    astray = [Browser(gateway.operator, client.host), Browser(gateway.clients, operator.host)]

    answers = [await each.get("/v1/tenants", authorization=KEY) for each in astray]

    assert [(each.status_code, _reason(each)) for each in answers] == [(404, "HOST_UNKNOWN")] * 2


async def test_the_operator_acts_for_a_client(console: Browser) -> None:
    """With its own key, at its own host."""
    answer = await console.get(SUMMARY, authorization="Bearer key-northgate")

    assert answer.status_code == 200


async def test_a_key_is_checked_once_while_its_principal_lasts(
    gateway: Running, sunny: Browser
) -> None:
    """And again before it ends."""
    for _ in range(3):
        await sunny.get(SUMMARY, authorization=KEY)
    gateway.clock.advance(seconds=50)
    await sunny.get(SUMMARY, authorization=KEY)

    assert gateway.world.asked.count("AuthenticateApiKey") == 2


async def test_a_wrong_key_does_not_reach_tenancy_each_time(
    gateway: Running, sunny: Browser
) -> None:
    """A program that was left with one tries for ever."""
    for _ in range(5):
        await sunny.get(SUMMARY, authorization="Bearer key-nobody")

    assert gateway.world.asked.count("AuthenticateApiKey") == 1


async def test_a_page_is_followed_by_the_next(sunny: Browser) -> None:
    """With the token of the one before, bound to the same question."""
    first = (await sunny.get("/v1/tenants/abc-solar/calls", authorization=KEY)).json()
    query = f"?pageToken={first['nextPageToken']}"
    second = (await sunny.get(f"/v1/tenants/abc-solar/calls{query}", authorization=KEY)).json()

    assert second["calls"][0]["name"] == "tenants/abc-solar/calls/c20"
    assert second["nextPageToken"] == ""


async def test_a_bad_page_token_is_400(sunny: Browser) -> None:
    """By the word of the service."""
    answer = await sunny.get("/v1/tenants/abc-solar/calls?page_token=x", authorization=KEY)

    assert (answer.status_code, _reason(answer)) == (400, "INVALID_PAGE_TOKEN")


async def test_another_tenants_id_is_as_if_missing(sunny: Browser) -> None:
    """Word for word."""
    other = await sunny.get("/v1/tenants/meridian/invoices/2025-09", authorization=KEY)
    nobody = await sunny.get("/v1/tenants/nobody/invoices/2025-09", authorization=KEY)

    assert other.status_code == nobody.status_code == 404
    assert other.text.replace("meridian", "nobody") == nobody.text


async def test_a_file_is_handed_out_as_it_is(sunny: Browser) -> None:
    """With its type and a name."""
    path = "/v1/tenants/abc-solar/invoices/2025-09:download"
    answer = await sunny.get(path, authorization=KEY)

    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="invoice-2025-09.pdf"'


async def test_a_body_reaches_the_service(gateway: Running, console: Browser) -> None:
    """With what stands in the query."""
    tenant = {"displayName": "New", "tier": "GOLD", "timeZone": "UTC"}
    request_id = "7f9c24e8-3b12-4fef-91a0-5d36a1c11111"
    answer = await console.send(
        "POST",
        f"/v1/tenants?tenantId=new-one&requestId={request_id}",
        json=tenant,
        headers={"authorization": "Bearer key-northgate"},
    )

    assert answer.json()["name"] == "tenants/new-one"
    assert f"CreateTenant new-one {request_id}" in gateway.world.asked


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_oversized_body_is_413(sunny: Browser, chunked: bool) -> None:
    """Whether or not it says beforehand how long it is."""
    pieces = [b"x" * 40_000] * 2

    async def stream() -> Any:
        for piece in pieces:
            yield piece

    answer = await sunny.send(
        "POST",
        "/v1/tenants/abc-solar/apiKeys",
        content=stream() if chunked else b"".join(pieces),
        headers={"authorization": KEY},
    )

    assert (answer.status_code, _reason(answer)) == (413, "BODY_TOO_LARGE")


async def test_a_service_that_is_away_is_503_without_a_word_of_it(
    gateway: Running, sunny: Browser
) -> None:
    """And says when to try again."""
    gateway.world.failures["GetUsageSummary"] = Unavailable()

    answer = await sunny.get(SUMMARY, authorization=KEY)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_a_bug_of_a_service_is_500_without_a_word_of_it(
    gateway: Running, sunny: Browser
) -> None:
    """Not even the class of the exception."""
    gateway.world.failures["GetUsageSummary"] = RuntimeError("secret detail")

    answer = await sunny.get(SUMMARY, authorization=KEY)

    assert answer.status_code == 500
    assert "secret" not in answer.text


async def test_a_method_that_is_not_taken_is_405(sunny: Browser) -> None:
    """With those that are."""
    answer = await sunny.send("DELETE", SUMMARY, headers={"authorization": KEY})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_the_description_is_of_the_host_that_is_asked(sunny: Browser) -> None:
    """Its brand, its address, its side."""
    document = json.loads((await sunny.get("/openapi.json")).text)

    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "ABC Solar Dialer API"
    assert document["servers"] == [{"url": "https://abc-solar.dialer.example"}]
    assert "/v1/margins" not in document["paths"]


async def test_a_signed_event_is_passed_on_byte_by_byte(running: Running, sunny: Browser) -> None:
    """Without a key: it is signed by who sends it, whatever the header is called."""
    answer = await sunny.send(
        "POST",
        "/v1/paymentEvents:receive",
        content=b'{ "id" : "evt_1" }',
        headers={"some-vendor-signature": "t=1,v1=abc"},
    )

    assert (answer.status_code, answer.json()) == (200, {})
    heard = """ReceivePaymentEvent b'{ "id" : "evt_1" }' t=1,v1=abc"""
    assert heard in running.world.asked
