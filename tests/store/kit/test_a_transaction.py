"""A transaction is opened for one tenant, and is rolled back unless its block ends well."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database, Limits
from services.kit.errors import Aborted, Unavailable
from tests.store.kit.example.store import ExampleStore
from tests.support.postgres import ServiceDatabase

Example = Database[ExampleStore]


async def test_a_block_that_ends_well_is_committed(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "kept")

    async with db.read(tenant) as store:
        assert await store.notes() == {(tenant, "kept")}


async def test_a_block_that_raises_is_rolled_back(db: Example, tenant: str) -> None:
    with pytest.raises(KeyError):
        async with db.transaction(tenant) as store:
            await store.add_note(tenant, "lost")
            raise KeyError

    async with db.read(tenant) as store:
        assert await store.notes() == set()


async def test_a_cancelled_block_is_rolled_back(db: Example, tenant: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), db.transaction(tenant) as store:
            await store.add_note(tenant, "lost")
            await store.connection.execute(text("SELECT pg_sleep(60)"))

    async with db.read(tenant) as store:
        assert await store.notes() == set()


async def test_a_rollback_that_is_cancelled_leaves_nothing_behind(
    db: Example, tenant: str, other_tenant: str
) -> None:
    """Given back as it is, the connection would commit these rows with the next transaction."""

    async def fail_while_being_cancelled() -> None:
        async with db.transaction(tenant) as store:
            await store.add_note(tenant, "lost")
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            raise KeyError

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(fail_while_being_cancelled())
    async with db.transaction(other_tenant) as store:
        await store.add_note(other_tenant, "kept")

    async with db.read(tenant) as store:
        assert await store.notes() == set()


async def test_a_block_that_raises_does_not_cost_its_connection(db: Example, tenant: str) -> None:
    """Refusals are common; a new connection for each would be felt."""
    with pytest.raises(KeyError):
        async with db.raw_connection(tenant) as connection:
            process = connection.get_server_pid()
            raise KeyError

    async with db.raw_connection(tenant) as connection:
        assert connection.get_server_pid() == process


async def test_a_failed_statement_cannot_be_ignored(db: Example, tenant: str) -> None:
    """PostgreSQL would answer the COMMIT of a failed transaction with a silent rollback."""
    with pytest.raises(RuntimeError, match="nothing was committed"):
        async with db.transaction(tenant) as store:
            await store.add_note(tenant, "one")
            with pytest.raises(IntegrityError):
                await store.add_note(tenant, "one")


async def test_a_store_cannot_commit_by_itself(db: Example, tenant: str) -> None:
    """What is committed in the middle could not be rolled back with the rest."""
    with pytest.raises(KeyError):
        async with db.transaction(tenant) as store:
            await store.add_note(tenant, "lost")
            await store.connection.commit()
            raise KeyError

    async with db.read(tenant) as store:
        assert await store.notes() == set()


async def test_a_savepoint_undoes_a_part(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "one")
        with pytest.raises(IntegrityError):
            async with store.connection.begin_nested():
                await store.add_note(tenant, "two")
                await store.add_note(tenant, "one")
        await store.add_note(tenant, "three")

    async with db.read(tenant) as store:
        assert await store.notes() == {(tenant, "one"), (tenant, "three")}


async def test_a_read_cannot_write(db: Example, tenant: str) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with db.read(tenant) as store:
            await store.add_note(tenant, "refused")


async def test_a_long_result_can_be_streamed(db: Example, tenant: str) -> None:
    async with db.read(tenant) as store:
        stream = await store.connection.stream(text("SELECT generate_series(1, 3000) AS n"))
        numbers = [row.n async for row in stream]

    assert numbers == list(range(1, 3001))


async def test_rows_can_be_copied_in_through_the_driver(db: Example, tenant: str) -> None:
    rows = [(tenant, "one", ""), (tenant, "two", "")]
    async with db.raw_connection(tenant) as connection:
        await connection.execute("CREATE TEMP TABLE staged (LIKE notes) ON COMMIT DROP")
        await connection.copy_records_to_table("staged", records=rows)
        await connection.execute("INSERT INTO notes SELECT * FROM staged")

    async with db.read(tenant) as store:
        assert await store.notes() == {(tenant, "one"), (tenant, "two")}


async def test_time_is_the_clocks_and_one_for_a_transaction(
    db: Example, clock: MovableClock, tenant: str
) -> None:
    began = clock.now()
    async with db.transaction(tenant) as store:
        clock.advance(hours=1)
        assert store.scope.time == began


async def test_a_connection_that_died_in_the_pool_is_replaced(
    db: Example, database: ServiceDatabase, tenant: str
) -> None:
    async with db.raw_connection(tenant) as connection:
        process = connection.get_server_pid()
    administrator = await asyncpg.connect(database.admin_url)
    await administrator.execute("SELECT pg_terminate_backend($1, 5000)", process)
    await administrator.close()

    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "written")


async def test_a_connection_that_dies_in_use_refuses_as_unavailable(
    db: Example, database: ServiceDatabase, tenant: str
) -> None:
    administrator = await asyncpg.connect(database.admin_url)
    with pytest.raises(Unavailable):
        async with db.transaction(tenant) as store:
            process = await store.connection.scalar(text("SELECT pg_backend_pid()"))
            await administrator.execute("SELECT pg_terminate_backend($1, 5000)", process)
            await store.notes()
    await administrator.close()

    async with db.read(tenant) as store:
        assert await store.notes() == set()


async def test_waiting_too_long_for_a_lock_refuses_as_aborted(
    database: ServiceDatabase, clock: MovableClock, tenant: str
) -> None:
    limits = Limits(lock_timeout_seconds=0.05)
    db = create_database(database.service_url, "example", ExampleStore, clock, limits)
    async with db.transaction(tenant) as first:
        await first.add_note(tenant, "contended")
        with pytest.raises(Aborted):
            async with db.transaction(tenant) as second:
                await second.add_note(tenant, "contended")
    await db.dispose()


async def test_a_statement_that_takes_too_long_refuses_as_unavailable(
    database: ServiceDatabase, clock: MovableClock, tenant: str
) -> None:
    limits = Limits(statement_timeout_seconds=0.05)
    db = create_database(database.service_url, "example", ExampleStore, clock, limits)
    with pytest.raises(Unavailable):
        async with db.read(tenant) as store:
            await store.connection.execute(text("SELECT pg_sleep(60)"))
    await db.dispose()


async def test_an_exhausted_pool_refuses_as_unavailable(
    database: ServiceDatabase, clock: MovableClock, tenant: str
) -> None:
    limits = Limits(pool_size=1, pool_timeout_seconds=0.5)
    db = create_database(database.service_url, "example", ExampleStore, clock, limits)
    async with db.read(tenant):
        with pytest.raises(Unavailable):
            async with db.read(tenant):
                pass
    await db.dispose()
