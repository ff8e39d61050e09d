"""Isolation is the database's: what a query forgets shows nothing, not everything."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.inspection import unprotected_tables
from services.kit.db.transaction import Database
from tests.store.kit.conftest import a_tenant
from tests.store.kit.example.store import ExampleStore
from tests.support.postgres import ServiceDatabase

Example = Database[ExampleStore]


async def test_a_tenant_sees_no_row_of_another(db: Example, tenant: str, other_tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "secret")

    async with db.transaction(other_tenant) as store:
        assert await store.notes() == set()
        assert (await store.connection.execute(text("DELETE FROM notes"))).rowcount == 0


async def test_a_row_cannot_be_written_for_another_tenant(
    db: Example, tenant: str, other_tenant: str
) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.transaction(tenant) as store:
            await store.add_note(other_tenant, "planted")


async def test_a_row_cannot_be_given_to_another_tenant(
    db: Example, tenant: str, other_tenant: str
) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "mine")

    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.transaction(tenant) as store:
            await store.connection.execute(
                text("UPDATE notes SET tenant_id = :other"), {"other": other_tenant}
            )


async def test_a_connection_for_nobody_sees_nothing(
    db: Example, database: ServiceDatabase, tenant: str
) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "secret")

    connection = await asyncpg.connect(database.service_url)
    never_set = await connection.fetch("SELECT * FROM notes")
    await connection.execute("BEGIN; SET LOCAL app.tenant = 'abc'; COMMIT")
    set_before = await connection.fetch("SELECT * FROM notes")
    await connection.close()

    assert (never_set, set_before) == ([], [])


async def test_the_owner_is_subject_to_the_policies_too(
    db: Example, database: ServiceDatabase, tenant: str
) -> None:
    async with db.transaction(tenant) as store:
        await store.add_note(tenant, "secret")

    connection = await asyncpg.connect(database.owner_url)
    rows = await connection.fetch("SELECT * FROM notes")
    await connection.close()

    assert rows == []


async def test_a_tenant_does_not_outlive_its_transaction(
    db: Example, tenant: str, other_tenant: str
) -> None:
    async with db.raw_connection(tenant) as connection:
        process = connection.get_server_pid()

    async with db.raw_connection(other_tenant) as connection:
        assert connection.get_server_pid() == process
        assert await connection.fetchval("SELECT current_setting('app.tenant')") == other_tenant


async def test_the_operator_sees_and_writes_rows_of_all_tenants(
    db: Example, tenant: str, other_tenant: str
) -> None:
    async with db.operator_transaction() as store:
        await store.add_note(tenant, "one")
        await store.add_note(other_tenant, "two")

    async with db.operator_read() as store:
        assert {(tenant, "one"), (other_tenant, "two")} <= await store.notes()


async def test_the_operators_role_ends_with_its_transaction(db: Example, tenant: str) -> None:
    async with db.operator_raw_connection() as connection:
        process = connection.get_server_pid()

    async with db.raw_connection(tenant) as connection:
        assert connection.get_server_pid() == process
        assert await connection.fetchval("SELECT current_user") == "example_service"


@pytest.mark.parametrize("change", ["UPDATE entries SET amount = 0", "DELETE FROM entries"])
async def test_history_cannot_be_changed_by_a_tenant(db: Example, tenant: str, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with db.transaction(tenant) as store:
            await store.connection.execute(text(change))


@pytest.mark.parametrize("change", ["UPDATE entries SET amount = 0", "DELETE FROM entries"])
async def test_history_cannot_be_changed_by_the_operator(db: Example, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with db.operator_transaction() as store:
            await store.connection.execute(text(change))


async def test_history_can_be_added_to(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.connection.execute(
            text("INSERT INTO entries (tenant_id, amount) VALUES (:tenant, 1.5)"),
            {"tenant": tenant},
        )
        assert await store.connection.scalar(text("SELECT count(*) FROM entries")) == 1


async def test_what_is_the_operators_alone_is_shut_to_tenants(db: Example, tenant: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with db.read(tenant) as store:
            await store.connection.execute(text("SELECT * FROM carriers"))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON notes",
        "CREATE TABLE public.mine (id int)",
        "TRUNCATE notes",
    ],
)
async def test_the_service_cannot_lift_its_limits(db: Example, tenant: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        async with db.transaction(tenant) as store:
            await store.connection.execute(text(statement))


@pytest.mark.parametrize("name", ["", "A", "a'; --", "tenants/abc", "x" * 32, "abc\n"])
async def test_what_is_not_a_tenant_id_opens_nothing(db: Example, name: str) -> None:
    with pytest.raises(ValueError, match="Not a tenant id"):
        async with db.transaction(name):
            pass


async def test_every_table_of_the_store_is_protected(db: Example) -> None:
    async with db.operator_read() as store:
        assert await unprotected_tables(store.connection) == []


async def test_an_unprotected_table_is_found(database: ServiceDatabase) -> None:
    owner = create_database(
        database.owner_url, "example", ExampleStore, MovableClock(datetime(2025, 1, 1, tzinfo=UTC))
    )
    with pytest.raises(KeyError):
        async with owner.transaction("abc") as store:
            await store.connection.execute(
                text("CREATE TABLE leaky (id int PRIMARY KEY, tenant_id text)")
            )
            faults = await unprotected_tables(store.connection)
            raise KeyError
    await owner.dispose()

    assert faults == [
        "leaky: row-level security is not enabled and forced",
        "leaky: no policy compares tenant_id with the transaction's",
        "leaky: tenant_id is not first in the primary key",
    ]


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 5), st.sampled_from(["keep", "fail", "operator"])
        ),
        max_size=12,
    )
)
async def test_any_sequence_of_transactions_keeps_tenants_apart(
    database: ServiceDatabase, steps: list[tuple[int, int, str]]
) -> None:
    """Whatever happened before on its connection, a tenant sees what was kept for it, no more."""
    clock = MovableClock(datetime(2025, 1, 1, tzinfo=UTC))
    db = create_database(database.service_url, "example", ExampleStore, clock)
    tenants = [a_tenant() for _ in range(3)]
    expected: dict[str, set[tuple[str, str]]] = {tenant: set() for tenant in tenants}
    for step, (whose, note, ending) in enumerate(steps):
        tenant, note_id = tenants[whose], f"{note}-{step}"
        opened = db.operator_transaction() if ending == "operator" else db.transaction(tenant)
        try:
            async with opened as store:
                await store.add_note(tenant, note_id)
                if ending == "fail":
                    raise KeyError
            expected[tenant].add((tenant, note_id))
        except KeyError:
            pass

    seen = {}
    for tenant in tenants:
        async with db.read(tenant) as store:
            seen[tenant] = await store.notes()
    await db.dispose()

    assert seen == expected
