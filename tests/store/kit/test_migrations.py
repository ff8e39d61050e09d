"""Migrations make what the metadata says, as the owner, and may be repeated."""

from __future__ import annotations

import asyncio
from datetime import date

import asyncpg
import pytest
from sqlalchemy import Column, MetaData, Text, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from services.kit.db.accounts import ensure_roles
from services.kit.db.migrations import differences, upgrade
from services.kit.db.partitions import ensure_partition
from services.kit.db.tables import NAMING
from services.kit.db.transaction import Database
from tests.store.kit.conftest import MIGRATIONS
from tests.store.kit.example.store import ExampleStore
from tests.store.kit.example.tables import metadata
from tests.support.postgres import ServiceDatabase

Example = Database[ExampleStore]


async def test_a_migrated_store_is_what_its_metadata_says(database: ServiceDatabase) -> None:
    assert await differences("example", database.owner_url, metadata) == []


async def test_a_column_that_no_migration_made_is_found(database: ServiceDatabase) -> None:
    changed = MetaData(naming_convention=NAMING)
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["notes"].append_column(Column("title", Text))

    found = await differences("example", database.owner_url, changed)

    assert len(found) == 1
    assert "add_column" in found[0]


async def test_migrating_again_changes_nothing(database: ServiceDatabase) -> None:
    await upgrade("example", database.owner_url, location=MIGRATIONS)
    await upgrade("example", database.admin_url, location=MIGRATIONS)

    assert await differences("example", database.owner_url, metadata) == []


async def test_an_administrators_migration_makes_tables_of_the_owner(
    database: ServiceDatabase,
) -> None:
    connection = await asyncpg.connect(database.admin_url)
    owners = await connection.fetch(
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    )
    await connection.close()

    assert [row["tableowner"] for row in owners] == ["example_owner"]


async def test_a_role_logs_in_with_its_password_alone(database: ServiceDatabase) -> None:
    wrong = database.service_url.replace("only-for-tests", "guessed")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_a_service_that_could_bypass_row_security_is_refused(
    database: ServiceDatabase,
) -> None:
    administrator = await asyncpg.connect(database.admin_url)
    await administrator.execute("CREATE ROLE bypassing_service LOGIN BYPASSRLS")

    with pytest.raises(PermissionError):
        await ensure_roles(database.admin_url, "bypassing")

    for role in ("owner", "service", "operator"):
        await administrator.execute(f"DROP OWNED BY bypassing_{role}")
        await administrator.execute(f"DROP ROLE bypassing_{role}")
    await administrator.close()


async def test_a_partition_is_made_once_however_many_ask(db: Example, tenant: str) -> None:
    async def ask() -> bool:
        async with db.transaction(tenant) as store:
            return await ensure_partition(store.connection, "days", date(2031, 5, 17))

    made = await asyncio.gather(*(ask() for _ in range(8)))

    assert made.count(True) == 1


@pytest.mark.parametrize(
    ("day", "partition"),
    [(date(2031, 7, 1), "days_p203107"), (date(2031, 12, 31), "days_p203112")],
)
async def test_a_row_goes_to_its_month(db: Example, tenant: str, day: date, partition: str) -> None:
    async with db.transaction(tenant) as store:
        await ensure_partition(store.connection, "days", day)
        found = await store.connection.scalar(
            text("INSERT INTO days VALUES (:tenant, :day, 1) RETURNING tableoid::regclass::text"),
            {"tenant": tenant, "day": day},
        )

    assert found == partition


async def test_a_row_whose_month_has_no_partition_is_refused(db: Example, tenant: str) -> None:
    with pytest.raises(DBAPIError, match="no partition"):
        async with db.transaction(tenant) as store:
            await store.connection.execute(
                text("INSERT INTO days VALUES (:tenant, '1999-01-01', 1)"), {"tenant": tenant}
            )


async def test_a_partition_is_reached_through_its_parent_alone(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await ensure_partition(store.connection, "days", date(2031, 8, 1))

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with db.operator_read() as store:
            await store.connection.execute(text("SELECT * FROM days_p203108"))


async def test_partitions_are_no_difference(
    db: Example, database: ServiceDatabase, tenant: str
) -> None:
    async with db.transaction(tenant) as store:
        await ensure_partition(store.connection, "days", date(2031, 9, 1))

    assert await differences("example", database.owner_url, metadata) == []
