"""telephony's store: what its tables promise, and what happens when two do something at once."""

from __future__ import annotations

import asyncio
from datetime import date

import asyncpg
import pytest

from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists
from services.telephony.domain.did import Did
from services.telephony.domain.journal import Journal
from services.telephony.store import TelephonyStore
from services.telephony.store.tables import metadata
from services.telephony.usecases.give_routes import assign_route
from services.telephony.usecases.take_chunk import take_chunk
from tests.support.builders.telephony import NOON, a_line
from tests.support.builders.tenancy import an_id
from tests.support.postgres import ServiceDatabase
from tests.support.telephony_store import FILE, NOW, a_code, a_route, pending, take


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
