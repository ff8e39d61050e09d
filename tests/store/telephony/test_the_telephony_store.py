"""telephony's store: what its tables promise, and what happens when two do something at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists
from services.telephony.domain.did import Did
from services.telephony.domain.journal import Journal
from services.telephony.domain.leg import Description, PendingLeg
from services.telephony.domain.route import Route
from services.telephony.store import TelephonyStore
from services.telephony.store.tables import metadata
from services.telephony.usecases.give_routes import assign_route, create_route
from services.telephony.usecases.take_chunk import Moment, take_chunk
from tests.support.builders.telephony import NOON, NOON_SECONDS, a_leg_at, a_line
from tests.support.builders.tenancy import an_id
from tests.support.postgres import ServiceDatabase, database_fixture

FILE = "legs-20261102.journal"
NOW = Moment(NOON)

service_database = database_fixture("telephony")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def db(service_database: ServiceDatabase) -> AsyncIterator[Database[TelephonyStore]]:
    database = create_database(
        service_database.service_url, "telephony", TelephonyStore, MovableClock(NOON)
    )
    yield database
    await database.dispose()


async def take(
    db: Database[TelephonyStore],
    host: str,
    chunk: bytes,
    offset: int = 0,
    moment: Moment = NOW,
) -> int:
    async with db.operator_transaction() as store:
        return await take_chunk(store, Journal("east", host, FILE), offset, chunk, moment)


async def pending(db: Database[TelephonyStore], host: str) -> list[PendingLeg]:
    async with db.operator_read() as store:
        legs = await store.legs.pending(0, [], 10_000)
    return [leg for leg in legs if leg.host == host]


def a_code() -> str:
    return an_id("r").replace("-", "")[:16]


async def a_route(db: Database[TelephonyStore], tenant_id: str | None = None) -> Route:
    code = a_code()
    route = Route(f"route-{code}", code, "acme", NOON, tenant_id, NOON if tenant_id else None)
    async with db.operator_transaction() as store:
        return await create_route(store, route)


async def test_the_migrations_make_the_tables_of_the_code(
    service_database: ServiceDatabase,
) -> None:
    """Nothing is missing, nothing is left."""
    assert await differences("telephony", service_database.owner_url, metadata) == []


async def test_every_table_of_tenants_is_protected(db: Database[TelephonyStore]) -> None:
    """Law 5."""
    async with db.operator_connection() as connection:
        assert await unprotected_tables(connection) == []


@pytest.mark.parametrize("table", ["routes", "legs", "quarantined_lines", "journal_cursors"])
async def test_a_tenants_transaction_sees_nothing_of_the_operators(
    db: Database[TelephonyStore], table: str
) -> None:
    """Carriers and hosts are secrets."""
    await take(db, an_id("h"), b"bad\n" + a_line(route=a_code()).bytes())
    await a_route(db)

    async with db.operator_raw_connection() as raw:
        assert await raw.fetchval(f"SELECT count(*) FROM {table}") > 0  # noqa: S608
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.raw_connection("abc-solar") as raw:
            await raw.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608


async def test_a_tenant_sees_its_own_numbers_alone(db: Database[TelephonyStore]) -> None:
    """Also when the query does not say so."""
    mine, other = an_id(), an_id()
    for tenant_id, number in ((mine, "12125550190"), (other, "12125550191")):
        async with db.transaction(tenant_id) as store:
            await store.dids.add(Did(tenant_id, number, date(2026, 1, 1), date(2026, 1, 1), NOON))

    async with db.read(mine) as store:
        assert [did.did_id for did in await store.dids.list_after(mine, "", 9)] == ["12125550190"]
        assert await store.dids.list_after(other, "", 9) == []
    async with db.operator_read() as store:
        found = await store.dids.to_meter(date(2026, 11, 3), ("", ""), 1000)
    assert {(mine, "12125550190"), (other, "12125550191")} <= {
        (did.tenant_id, did.did_id) for did in found
    }


async def test_a_number_is_held_once(db: Database[TelephonyStore]) -> None:
    """The database knows, whatever the tenants can see of each other."""
    for tenant_id in (an_id(), an_id()):
        did = Did(tenant_id, "12125550192", date(2026, 1, 1), date(2026, 1, 1), NOON)
        try:
            async with db.transaction(tenant_id) as store:
                await store.dids.add(did)
        except AlreadyExists:
            break
    else:
        pytest.fail("it was held twice")


async def test_a_chunk_is_taken_as_a_whole_or_not_at_all(db: Database[TelephonyStore]) -> None:
    """Lines, lines put aside and the cursor are one transaction."""
    host, code = an_id("h"), a_code()
    chunk = a_line(route=code).bytes() + b"bad\n"
    with pytest.raises(RuntimeError, match="killed"):
        async with db.operator_transaction() as store:
            await take_chunk(store, Journal("east", host, FILE), 0, chunk, NOW)
            raise RuntimeError("killed")

    async with db.operator_raw_connection() as raw:
        for table in ("legs", "quarantined_lines", "journal_cursors"):
            query = f"SELECT count(*) FROM {table} WHERE host = $1"  # noqa: S608
            assert await raw.fetchval(query, host) == 0


async def test_chunks_of_one_host_at_once_are_taken_one_by_one(
    db: Database[TelephonyStore],
) -> None:
    """The same chunk from two shippers counts once."""
    host, route = an_id("h"), await a_route(db, an_id())
    chunk = b"".join(a_line(route=route.code).bytes() for _ in range(50))

    cursors = await asyncio.gather(*(take(db, host, chunk) for _ in range(5)))

    assert cursors == [len(chunk)] * 5
    assert len(await pending(db, host)) == 50


async def test_a_route_that_is_given_away_while_legs_come_in_misses_none(
    db: Database[TelephonyStore],
) -> None:
    """Each leg is pending in the end, whichever was first."""
    route, tenant_id = await a_route(db), an_id()
    hosts = [an_id("h") for _ in range(6)]

    async def assign() -> None:
        async with db.operator_transaction() as store:
            await assign_route(store, route.route_id, tenant_id, NOON)

    chunks = [b"".join(a_line(route=route.code).bytes() for _ in range(200)) for _ in hosts]
    takings = [take(db, host, chunk) for host, chunk in zip(hosts, chunks, strict=True)]
    await asyncio.gather(*takings[:3], assign(), *takings[3:])

    assert [len(await pending(db, host)) for host in hosts] == [200] * 6


async def test_a_leg_that_changed_since_it_was_sent_stays_pending(
    db: Database[TelephonyStore],
) -> None:
    """What usage has acknowledged is an older one."""
    host, route = an_id("h"), await a_route(db, an_id())
    line = a_line(route=route.code)
    longer = a_line(route=route.code, uniqueid=line.uniqueid, end=line.end.replace(".000", ".700"))
    await take(db, host, line.bytes())
    (before,) = await pending(db, host)

    await take(db, host, longer.bytes(), len(line.bytes()))
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([before.queue_number])

    (after,) = await pending(db, host)
    assert (before.billable_seconds, after.billable_seconds) == (60, 61)
    assert after.queue_number > before.queue_number


async def test_a_description_makes_a_sent_leg_pending_again(
    db: Database[TelephonyStore],
) -> None:
    """And one that is nobody's stays unassigned."""
    host, route, code = an_id("h"), await a_route(db, an_id()), a_code()
    lines = [a_line(route=route.code), a_line(route=code)]
    await take(db, host, b"".join(line.bytes() for line in lines))
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([leg.queue_number for leg in await pending(db, host)])
        legs = await store.descriptions.undescribed(NOON_SECONDS, 10_000)
        mine = [leg for leg in legs if leg.host == host]
        await store.descriptions.write([(leg, Description("C1", "1", "a1", "NI")) for leg in mine])

    (leg,) = await pending(db, host)
    assert leg.uniqueid == lines[0].uniqueid
    assert (leg.campaign, leg.list, leg.agent, leg.disposition) == ("C1", "1", "a1", "NI")
    async with db.operator_read() as store:
        left = await store.descriptions.undescribed(NOON_SECONDS, 10_000)
    assert [leg for leg in left if leg.host == host] == []


async def test_late_legs_wait_for_their_description_but_not_for_ever(
    db: Database[TelephonyStore],
) -> None:
    """Recent ones do not wait at all; whichever is looked up may go, found or not."""
    host, route = an_id("h"), await a_route(db, an_id())
    late = [a_leg_at(NOON_SECONDS - 9000, route=route.code) for _ in range(3)]
    recent = a_line(route=route.code)
    chunk = b"".join(line.bytes() for line in (*late, recent))
    await take(db, host, chunk, moment=Moment(NOON, NOON_SECONDS - 900))
    assert [leg.uniqueid for leg in await pending(db, host)] == [recent.uniqueid]

    async with db.operator_transaction() as store:
        legs = await store.descriptions.undescribed(NOON_SECONDS - 900, 10_000)
        mine = {leg.uniqueid: leg for leg in legs if leg.host == host}
        found, not_found = (mine[line.uniqueid] for line in late[:2])
        await store.descriptions.write([(found, Description("C1", "1", "a1", "NI"))])
        await store.descriptions.note_looked_up([found, not_found])
        await store.legs.release_awaited(NOON - timedelta(seconds=120))
    waited = {leg.uniqueid: leg.campaign for leg in await pending(db, host)}
    assert waited == {recent.uniqueid: "", late[0].uniqueid: "C1", late[1].uniqueid: ""}

    async with db.operator_transaction() as store:
        await store.legs.release_awaited(NOON + timedelta(seconds=1))
    assert len(await pending(db, host)) == 4


async def test_legs_of_tenants_that_are_held_are_passed_over(
    db: Database[TelephonyStore],
) -> None:
    """They must not fill the pages of the others."""
    host, held, free = an_id("h"), await a_route(db, an_id()), await a_route(db, an_id())
    await take(db, host, a_line(route=held.code).bytes() + a_line(route=free.code).bytes())

    async with db.operator_read() as store:
        assert held.tenant_id is not None
        legs = await store.legs.pending(0, [held.tenant_id], 10_000)

    assert [leg.tenant_id for leg in legs if leg.host == host] == [free.tenant_id]


async def test_only_what_usage_has_long_known_is_forgotten(
    db: Database[TelephonyStore],
) -> None:
    """Whatever is pending or nobody's stays."""
    host, route = an_id("h"), await a_route(db, an_id())
    lines = [a_line(route=route.code), a_line(route=route.code), a_line(route=a_code())]
    await take(db, host, b"".join(line.bytes() for line in lines))
    sent, _ = await pending(db, host)
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([sent.queue_number])
        await store.legs.prune(NOON, 1000)
        assert await store.legs.prune(NOON + timedelta(seconds=1), 1000) >= 1

    async with db.operator_connection() as connection:
        rows = await connection.execute(
            text("SELECT uniqueid FROM legs WHERE host = :host"), {"host": host}
        )
        assert {row.uniqueid for row in rows} == {
            line.uniqueid for line in lines if line.uniqueid != sent.uniqueid
        }


async def test_a_leg_of_which_little_is_known_is_taken(db: Database[TelephonyStore]) -> None:
    """Alone in its chunk, all that may be empty being empty."""
    host, route = an_id("h"), await a_route(db, an_id())
    line = a_line(
        route=route.code, direction="i", linkedid="", caller="", code="", dialled="", caller_id="",
        answer="",
    )  # fmt: skip

    await take(db, host, line.bytes())

    (leg,) = await pending(db, host)
    assert (leg.linkedid, leg.dialled_number, leg.caller_number) == ("", "", "")
    assert (leg.answer_time_millis, leg.billable_seconds, leg.hangup_cause) == (0, 0, 16)
