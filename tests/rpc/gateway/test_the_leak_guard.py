"""What no client may read leaves no listener of the clients', whoever put it where."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.rpc.gateway.test_nothing_names_what_is_behind import PAGES, REQUESTS
from tests.support.gateway.pdfs import a_pdf
from tests.support.gateway.running import SECRET_WORDS, Browser, Running
from tests.support.gateway.telephony_peer import CARRIER_WORDS
from tests.support.gateway.world import Party

WORDS = (*SECRET_WORDS.splitlines(), *CARRIER_WORDS[:2])
KEY = {"authorization": "Bearer key-abc-solar"}


@pytest.fixture
def newcomer(gateway: Running) -> Iterator[Party]:
    """A client of this test alone: what it says and what passes for it is nobody else's."""
    party = gateway.world.add(Party(f"t{uuid.uuid4().hex[:8]}", "Newcomer"))
    yield party
    del gateway.world.parties[party.tenant_id]


def _key(party: Party) -> dict[str, str]:
    return {"authorization": f"Bearer {party.key}"}


def _said(answer: httpx.Response) -> str:
    return f"{answer.headers}{answer.text}".lower()


async def _alarms(gateway: Running) -> list[dict[str, Any]]:
    """Gives all alarms, as the operator's API tells them."""
    console = gateway.at(gateway.world.parties["northgate"])
    answer = await console.get("/v1/leakAlarms?pageSize=500", authorization="Bearer key-northgate")
    alarms: list[dict[str, Any]] = answer.json()["leakAlarms"]
    return alarms


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_says_a_planted_word(visitor: Browser, gateway: Running, path: str) -> None:
    """Each text of every peer ends in every word."""
    gateway.world.planted = " ".join(WORDS)

    said = _said(await visitor.get(path))

    assert [word for word in WORDS if word.lower() in said] == []


@pytest.mark.parametrize("path", REQUESTS)
async def test_no_answer_of_the_api_does(sunny: Browser, gateway: Running, path: str) -> None:
    """Nor does a refusal."""
    gateway.world.planted = " ".join(WORDS)

    said = _said(await sunny.get(path, **KEY))

    assert [word for word in WORDS if word.lower() in said] == []


@pytest.mark.parametrize("word", WORDS)
async def test_each_word_is_held_back_and_alarmed(
    sunny: Browser, gateway: Running, word: str
) -> None:
    """With a neutral error for the client, and where it came from for the operator."""
    gateway.world.planted = word

    answer = await sunny.get("/v1/tenants/abc-solar/calls", **KEY)

    assert answer.status_code == 500
    assert answer.json() == {
        "error": {"code": 500, "message": "An internal error occurred.", "status": "INTERNAL"}
    }
    asked = (word, "GET /v1/tenants/abc-solar/calls")
    alarms = await _alarms(gateway)
    (alarm,) = [each for each in alarms if (each["word"], each["asked"]) == asked]
    assert (alarm["tenant"], alarm["part"]) == ("tenants/abc-solar", "body")
    assert word.lower() in alarm["excerpt"].lower()


async def test_many_pages_would_have_said_it(gateway: Running, newcomer: Party) -> None:
    """So the words were planted where pages show them; the same page counts up one alarm."""
    client = gateway.at(newcomer)
    await client.log_in()
    gateway.world.planted = "Portunus"
    shown = ("/calls", "/calls", "/live", "/campaigns", "/billing", "/api")
    statuses = [(await client.get(path)).status_code for path in shown]

    assert statuses == [500] * len(shown)
    alarms = {
        each["asked"]: each for each in await _alarms(gateway) if each["tenant"] == newcomer.name
    }
    assert {f"GET {path}" for path in shown} <= set(alarms)
    assert alarms["GET /calls"]["answerCount"] == 2


async def test_a_brand_that_says_it_is_not_shown(gateway: Running, newcomer: Party) -> None:
    """Not even on the page that says what went wrong."""
    newcomer.display_name = "Portunus Dialing"
    stranger = gateway.at(newcomer)
    for path in ("/login", "/nothing"):
        answer = await stranger.get(path)
        assert answer.status_code == 500
        assert "portunus" not in _said(answer)


@pytest.mark.parametrize(
    "path", ["/invoices/2025-09/pdf", "/v1/tenants/abc-solar/invoices/2025-09:download"]
)
async def test_a_pdf_is_read(visitor: Browser, gateway: Running, path: str) -> None:
    """Its text stands compressed in its bytes; what cannot be read does not leave either."""
    assert (await visitor.get(path, **KEY)).status_code == 200

    for pdf in (a_pdf("Calls by Portunus"), b"%PDF-1.7 what is this"):
        gateway.world.pdf = pdf
        answer = await visitor.get(path, **KEY)
        assert answer.status_code == 500
        assert b"%PDF" not in answer.content


async def test_a_pdf_within_an_archive_is_read_too(gateway: Running, newcomer: Party) -> None:
    """The download ends before it, so the archive has no table of contents and opens nowhere."""
    client = gateway.at(newcomer)
    await client.log_in()
    assert (await client.get("/data/pack")).status_code == 200

    gateway.world.pdf = a_pdf("Calls by Portunus")

    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/data/pack")
    (alarm,) = [each for each in await _alarms(gateway) if each["tenant"] == newcomer.name]
    assert (alarm["asked"], alarm["part"], alarm["word"]) == ("GET /data/pack", "file", "Portunus")


async def test_a_file_that_has_begun_is_cut_short(sunny: Browser, gateway: Running) -> None:
    """Before the word, even if it comes in two pieces."""
    gateway.world.report = (b"line\r\n" + b"2,DUPLICATE\r\n" * 100, b"3,by Portu", b"nus\r\n")
    path = "/v1/tenants/abc-solar/leadLists/may/uploads/u1:report"
    received = b""
    with pytest.raises(httpx.RemoteProtocolError):
        async with sunny.client.stream("GET", path, headers={"host": sunny.host, **KEY}) as answer:
            async for piece in answer.aiter_bytes():
                received += piece

    assert received.startswith(b"line\r\n2,DUPLICATE")
    assert b"Portu" not in received


async def test_what_a_client_said_itself_is_its_own(gateway: Running, newcomer: Party) -> None:
    """A key named like a vendor comes back, there and on other pages; to nobody else."""
    client = gateway.at(newcomer)
    await client.log_in()
    gateway.world.planted = "Portunus"
    assert (await client.get("/calls")).status_code == 500
    gateway.world.planted = ""
    made = await client.submit("/api", "/api/keys", display_name="Import from Portunus")
    assert made.status_code == 200

    gateway.world.planted = "Portunus"

    assert (await client.get("/calls")).status_code == 200
    gateway.world.planted = "Zephyrine"
    assert (await client.get("/calls")).status_code == 500


@pytest.mark.parametrize("name", ["Portunus", "%50ortunus"])
async def test_a_question_is_not_answered_by_holding_back(sunny: Browser, name: str) -> None:
    """Whether a word is secret cannot be found out by saying it, plain or escaped."""
    answer = await sunny.get(f"/v1/tenants/abc-solar/calls/x?colour={name}", **KEY)

    assert answer.status_code == 400


async def test_who_is_not_let_in_says_nothing_for_the_client(
    gateway: Running, newcomer: Party
) -> None:
    """A stranger's attempt to log in does not make a word the client's own."""
    refused = await gateway.at(newcomer).log_in("portunus")
    assert refused.status_code == 401
    gateway.world.planted = "Portunus"

    answer = await gateway.at(newcomer).get(f"/v1/{newcomer.name}/calls", **_key(newcomer))

    assert answer.status_code == 500


async def test_the_operator_sees_alarms_and_lets_a_word_pass(
    operator: Browser, gateway: Running, newcomer: Party
) -> None:
    """At that client; the console itself says what it likes."""
    client, path = gateway.at(newcomer), f"/v1/{newcomer.name}/calls"
    gateway.world.planted = "sip.borealis.example"
    assert (await client.get(path, **_key(newcomer))).status_code == 500

    page = (await operator.get("/leaks")).text
    assert f"GET {path}" in page
    assert "sip.borealis.example" in page
    assert "<strong>Not searched for:</strong> Invoices" in page
    assert "Held back: it says Portunus, which no client may read." in page
    (alarm,) = [each for each in await _alarms(gateway) if each["tenant"] == newcomer.name]
    action = f"/leaks/{alarm['name'].split('/')[-1]}/dismiss"

    assert (await operator.submit("/leaks", action)).status_code == 303
    assert (await client.get(path, **_key(newcomer))).status_code == 200
    assert (await operator.submit("/leaks", action)).status_code == 404
