"""Descriptions from a dialer's real database, with the faults that such tables have."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pymysql
import pytest
import pytest_asyncio

from dev.mariadb import READER, SIMULATOR, MariaDb
from services.telephony.domain.leg import call_id
from simulators.dialer.calls import Call, Kind, Leg
from simulators.dialer.history import plan
from simulators.dialer.journal import line
from simulators.dialer.scenarios.small import SCENARIO
from simulators.dialer.tables.bulk import load
from simulators.dialer.tables.connection import connect
from simulators.dialer.tables.stage import never_finished
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import Around, Running, running, surroundings
from veneer.telephony.v1 import route_service_pb2

STARTED = datetime(2026, 3, 10, 15, tzinfo=ZoneInfo("America/New_York"))
HOSTS = ",".join(f"test/{host.name}={host.address}" for host in SCENARIO.hosts())
OUR_TENANT = "abc-solar"


@pytest.fixture(scope="module")
def dialer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest.fixture(scope="module")
def calls(dialer: MariaDb) -> list[Call]:
    """The history of the small scenario, in the tables and in memory."""
    made = list(plan(SCENARIO, 1, int(STARTED.timestamp())))
    connection = connect(dialer.url(SIMULATOR))
    load(connection, SCENARIO, made, int(STARTED.timestamp()))
    connection.close()
    return made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def around() -> AsyncIterator[Around]:
    async with surroundings() as made:
        made.clock.set(STARTED + timedelta(hours=1))
        yield made


def settings(dialer: MariaDb) -> dict[str, str]:
    return {
        "dialer_database_url": dialer.url(READER),
        "dialer_hosts": HOSTS,
        "dialer_time_zone": SCENARIO.time_zone,
    }


async def give_routes(telephony: Running) -> None:
    await telephony.a_carrier("acme")
    for route in SCENARIO.routes:
        if not route.tenant:
            continue
        telephony.directory.zones[route.tenant] = route.time_zone
        await telephony.routes.CreateRoute(
            route_service_pb2.CreateRouteRequest(
                route=route_service_pb2.Route(
                    code=route.code, carrier="carriers/acme", tenant=f"tenants/{route.tenant}"
                ),
                route_id=route.code,
            ),
            metadata=telephony.operator,
        )


async def ship_all(telephony: Running, calls: list[Call], file: str) -> None:
    """Ships every leg of the calls, host by host, in chunks."""
    for host in SCENARIO.hosts():
        lines = [line(c.route.code, leg) for c in calls if c.route.host == host for leg in c.legs]
        content = "".join(lines).encode()
        chunks, offset = [], 0
        while offset < len(content):
            end = content.rfind(b"\n", offset, offset + 200_000) + 1
            chunks.append((offset, content[offset:end]))
            offset = end
        await telephony.ship(*chunks, cluster="test", host=host.name, file=file)


def truth(call: Call, leg: Leg) -> dict[str, str]:
    """What the call's own rows say of it, by hand."""
    unfinished = never_finished(call)
    inbound = call.kind is Kind.INBOUND
    if inbound and not leg.answer_ms:
        # It never came to a queue.
        return {"campaigns": "", "lists": "", "agents": "", "dispositions": ""}
    return {
        "campaigns": call.route.inbound_group() if inbound else call.campaign,
        "lists": str(call.list_id),
        "agents": call.agent,
        "dispositions": "" if unfinished else call.status,
    }


def compare(telephony: Running, calls: list[Call]) -> Counter[str]:
    """Counts legs by whether usage has them, and described as they were."""
    counts: Counter[str] = Counter()
    known = {r.tenant: telephony.usage.calls(r.tenant) for r in SCENARIO.routes if r.tenant}
    for call in calls:
        if not call.route.tenant:
            continue
        for leg in call.legs:
            key = call_id("test", call.route.host.name, leg.uniqueid)
            body = known[call.route.tenant].get(key)
            if body is None:
                counts["missing"] += 1
            elif all(body[name] == value for name, value in truth(call, leg).items()):
                counts["right"] += 1
            elif body["campaigns"]:
                counts["wrong"] += 1
            else:
                counts["empty"] += 1
    return counts


async def test_a_history_is_described_before_it_is_sent(
    around: Around, dialer: MariaDb, calls: list[Call]
) -> None:
    """Nearly every leg in one go: hardly any is sent twice, none is described as another call."""
    async with running(around, **settings(dialer)) as telephony:
        await give_routes(telephony)
        await ship_all(telephony, calls, "legs-20260310.journal")

        def all_there() -> bool:
            counts = compare(telephony, calls)
            assert counts["missing"] + counts["empty"] == 0, counts
            return True

        await eventually(all_there, 60)
        counts = compare(telephony, calls)
        assert counts["wrong"] <= counts["right"] // 200, counts
        sent_twice = sum(len(bodies) > 1 for bodies in telephony.usage.bodies.values())
        assert sent_twice < len(telephony.usage.bodies) / 10


async def test_a_late_disposition_revises_the_description_only(
    around: Around, dialer: MariaDb, calls: list[Call]
) -> None:
    """The agent changes her mind a minute later; the seconds stay."""
    last = max(
        (c for c in calls if c.route.tenant == OUR_TENANT and c.agent and len(c.legs) == 1
         and c.kind is Kind.AUTOMATIC and not never_finished(c)),
        key=lambda call: call.dialed_ms,
    )  # fmt: skip
    key = (OUR_TENANT, call_id("test", last.route.host.name, last.leg.uniqueid))
    connection = connect(dialer.url(SIMULATOR))
    try:
        with connection.cursor() as cursor:
            found = "lead_id = %s AND start_epoch = %s"
            cursor.execute(
                f"UPDATE vicidial_log SET status = 'CBHOLD' WHERE {found}",  # noqa: S608
                (last.lead_id, last.leg.answer_ms // 1000),
            )
            assert cursor.rowcount == 1
    finally:
        connection.close()

    async with running(around, **settings(dialer)) as telephony:
        await eventually(lambda: telephony.usage.bodies[key][-1]["dispositions"] == "CBHOLD")
        before, after = telephony.usage.bodies[key][-2:]
        assert {name for name in after if after[name] != before[name]} == {"dispositions"}


async def test_the_account_can_only_read(dialer: MariaDb, calls: list[Call]) -> None:
    """Whatever the code asked for."""
    connection = connect(dialer.url(READER))
    with connection, connection.cursor() as cursor, pytest.raises(pymysql.err.OperationalError):
        cursor.execute("DELETE FROM vicidial_log")


async def test_without_the_dialers_database_calls_are_charged_all_the_same(
    around: Around, calls: list[Call]
) -> None:
    """Sooner than a describer would be waited for."""
    url = "mysql://nobody:nothing@127.0.0.1:9/asterisk"
    async with running(around, dialer_database_url=url, dialer_hosts=HOSTS) as telephony:
        client = await telephony.a_client()
        sample = next(call for call in calls if call.leg.answer_ms)
        text = line(client.code, sample.leg).encode()
        await telephony.ship((0, text), cluster="test", host=client.host)

        await eventually(lambda: telephony.usage.calls(client.tenant_id))
