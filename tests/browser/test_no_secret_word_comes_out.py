"""Whatever the dialer's tables, its journals and carriers say of what stands behind a client, none
of it comes out at the client's pages, programs, files and events; and a lead that says it holds
back itself alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from dev.mariadb import SIMULATOR
from dev.members import SECRET_WORDS
from simulators.dialer.calls import Leg
from simulators.dialer.journal import Journals, line
from simulators.dialer.tables.connection import connect
from tests.browser.test_what_each_role_meets import path_of, reads
from tests.support.browser import Desk
from tests.support.crawl import Crawl, Leaf
from tests.support.dialer_words import plant
from tests.support.eventually import eventually
from tests.support.gateway.receiver import Receiver, a_receiver
from tests.support.road import Road
from tests.support.town import House, Town, a_house

pytestmark = pytest.mark.browser

CARRIER, HOST = "zephyrine", "sip.borealis.example"
WORDS = (*SECRET_WORDS, CARRIER, HOST)
CODES = tuple(each for each in WORDS if each.isalnum())
# What has the leads themselves; all else must be there, their list's own page too.
PACK = "/data/pack"


@dataclass(frozen=True, slots=True)
class Mint:
    """A client of whom the dialer says all of it, and what its program was told."""

    road: Road
    house: House
    columns: set[str]
    receiver: Receiver

    def alarms(self) -> list[dict[str, Any]]:
        """What was held back from it."""
        found = self.road.operator.get("/v1/leakAlarms", pageSize=500).get("leakAlarms", [])
        return [each for each in found if each.get("tenant") == self.house.client.name]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mint(town: Town) -> AsyncIterator[Mint]:
    road = town.road
    carrier = {"displayName": f"{CARRIER} wholesale", "host": HOST}
    road.operator.post("/v1/carriers", carrier, carrierId=CARRIER)
    house = await a_house(road, "Mint Plumbing", "512")
    async with a_receiver() as receiver:
        endpoints = f"/v1/{house.client.name}/webhookEndpoints"
        house.client.rest.post(endpoints, {"url": receiver.url})
        owned = _owned(road)
        _insert_rows(road, owned)
        columns = plant(road.suite.mariadb, owned, WORDS)
        _end_legs(road, house)
        await eventually(lambda: _calls(house) == len(CODES), 60, "the calls")
        await eventually(lambda: receiver.received, 60, "an event")
        yield Mint(road, house, columns, receiver)


def _owned(road: Road) -> dict[str, list[object]]:
    """By which ids the dialer's rows are the client's."""
    with connect(road.suite.mariadb.url(SIMULATOR)) as connection, connection.cursor() as cursor:
        query = "SELECT campaign_id, user_group FROM vicidial_campaigns WHERE campaign_name = %s"
        cursor.execute(query, ["Mint Plumbing autumn"])
        ((campaign, group),) = cursor.fetchall()
        cursor.execute("SELECT list_id FROM vicidial_lists WHERE campaign_id = %s", [campaign])
        lists = [row[0] for row in cursor.fetchall()]
        marks = ", ".join(["%s"] * len(lists))
        leads = f"SELECT lead_id FROM vicidial_list WHERE list_id IN ({marks})"  # noqa: S608
        cursor.execute(leads, lists)
        found = [row[0] for row in cursor.fetchall()]
    return {"campaign_id": [campaign], "user_group": [group], "list_id": lists, "lead_id": found}


def _insert_rows(road: Road, owned: dict[str, list[object]]) -> None:
    """A call that is up and one that is over, by somebody and with an end that nobody knows."""
    now = datetime.now(UTC)
    lead, campaign, begun = owned["lead_id"][0], owned["campaign_id"][0], int(now.timestamp())
    with connect(road.suite.mariadb.url(SIMULATOR)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vicidial_log (uniqueid, lead_id, list_id, campaign_id, call_date,"
            " start_epoch, end_epoch, length_in_sec, status, phone_code, phone_number, user,"
            " comments) VALUES (%s, %s, %s, %s, %s, %s, %s, 9, 'Envoy', '1', '5125550100',"
            " 'Asterisk', 'VICIdial')",
            [f"{begun}.77", lead, owned["list_id"][0], campaign, now, begun, begun + 9],
        )
        cursor.execute(
            "INSERT INTO vicidial_carrier_log (uniqueid, call_date, lead_id, dialstatus, channel,"
            " sip_hangup_reason) VALUES (%s, %s, %s, 'BUSY', %s, %s)",
            [f"{begun}.77", now, lead, f"SIP/{CARRIER}-0001", f"{CARRIER}: {HOST} is busy"],
        )
        cursor.execute(
            "INSERT INTO vicidial_auto_calls (server_ip, campaign_id, status, lead_id, uniqueid,"
            " callerid, channel, phone_code, phone_number, call_time, last_update_time)"
            " VALUES ('10.0.0.1', %s, 'LIVE', %s, %s, 'VICIdial', %s, '1', '5125550100', %s, %s)",
            [campaign, lead, f"{begun}.78", f"SIP/{HOST}-0002", now, now],
        )


def _end_legs(road: Road, house: House) -> None:
    """A leg for each word as its call code, on a host that is called so; what no code can be is
    put aside."""
    end_ms = int(datetime.now(UTC).timestamp() * 1000)
    for number, word in enumerate(WORDS):
        uniqueid = f"{end_ms // 1000}.{number}"
        leg = Leg(
            direction="o", uniqueid=uniqueid, linkedid=uniqueid, caller="", code=word,
            dialled=f"151255501{number:02d}", caller_id="15125550188", start_ms=end_ms - 12_000,
            answer_ms=end_ms - 10_000, end_ms=end_ms, cause=16,
        )  # fmt: skip
        text = line(house.client.route_code, leg)
        Journals(road.suite.dialer.journals).append(f"{CARRIER}-east", text, leg.end_ms)


def _calls(house: House) -> int:
    answer = house.client.rest.get(f"/v1/{house.client.name}/calls", pageSize=100)
    return len(answer.get("calls", []))


def _said(text: str) -> list[str]:
    return [word for word in WORDS if word.lower() in text.lower()]


async def test_words_are_where_the_dialer_has_room(mint: Mint) -> None:
    """So that the others would notice: what clients do see of leads holds one, too."""
    shown = {"first_name", "last_name", "comments", "email", "city"}
    assert {f"vicidial_list.{each}" for each in shown} <= mint.columns
    assert len(mint.columns) > 40


async def test_no_page_and_no_file_says_one(mint: Mint, town: Town, desk: Desk) -> None:
    """Those that would have are held back and alarmed, and all others are there."""
    house, leaves = mint.house, list[Leaf]()
    async with desk.visitor(house.client.rest.host) as visitor:
        await visitor.go("/")
        await visitor.log_in(town.email(house.client.tenant_id, "OWNER"), town.password)
        await visitor.page.wait_for_url(f"{visitor.url}/")
        leaves = [each async for each in Crawl(visitor, False, opens=False).leaves()]
        # What is held back is a complaint of the browser's, and here it is wanted.
        visitor.complaints.clear()

    assert {each.path: _said(each.text) for each in leaves if _said(each.text)} == {}
    held_back = {each.kind for each in leaves if each.status != 200}
    assert held_back == {PACK}
    assert len(leaves) > 40
    asked = {each["asked"].partition("?")[0] for each in mint.alarms()}
    assert {f"GET {each.path}" for each in leaves if each.status != 200} <= asked


async def test_no_program_is_told_one(mint: Mint) -> None:
    """Neither by what it asks for, nor by what it is sent."""
    held_back, answered = set(), 0
    for method in reads():
        path = path_of(method, mint.house)
        try:
            answer = mint.house.client.rest.send("GET", path)
        except httpx.RemoteProtocolError:
            held_back.add(path)
            continue
        answered += answer.status_code == 200
        assert _said(f"{answer.headers}{answer.text}") == [], path
        if answer.status_code == 500:
            held_back.add(path)

    leads = f"/v1/{mint.house.client.name}/leadLists/spring/leads"
    assert {each for each in held_back if not each.startswith(leads)} == set()
    assert leads in held_back
    assert answered > 20
    assert [each for event in mint.receiver.received for each in _said(str(event.body))] == []
