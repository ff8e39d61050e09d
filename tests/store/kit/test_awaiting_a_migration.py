"""A replica begins when the store is as new as its code, and not before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.kit.db.await_schema import await_schema
from services.kit.db.migrations import scripts_of
from tests.store.kit.conftest import MIGRATIONS
from tests.support.eventually import eventually
from tests.support.postgres import ServiceDatabase

SCRIPTS = scripts_of("example", MIGRATIONS)
HEAD = SCRIPTS.get_heads()[0]


@pytest.fixture
async def owner(database: ServiceDatabase) -> AsyncIterator[asyncpg.Connection]:
    """Who may say which revision there is; the right one again afterwards."""
    connection = await asyncpg.connect(database.admin_url)
    yield connection
    await connection.execute("DELETE FROM alembic_version")
    await connection.execute("INSERT INTO alembic_version VALUES ($1)", HEAD)
    await connection.close()


async def test_a_migrated_store_is_ready(database: ServiceDatabase) -> None:
    """Asked by the service's own role, which may see that much."""
    await asyncio.wait_for(await_schema(database.service_url, SCRIPTS), 30)


async def test_a_store_of_a_newer_version_is_ready(
    database: ServiceDatabase, owner: asyncpg.Connection
) -> None:
    """The version before goes on beside the next one, and after a way back."""
    await owner.execute("UPDATE alembic_version SET version_num = '9999'")

    await asyncio.wait_for(await_schema(database.service_url, SCRIPTS), 30)


async def test_a_store_that_is_not_migrated_is_waited_for(
    database: ServiceDatabase, owner: asyncpg.Connection
) -> None:
    """Whatever order a cluster starts things in."""
    await owner.execute("DELETE FROM alembic_version")
    with capture_logs() as logs:
        waiting = asyncio.create_task(await_schema(database.service_url, SCRIPTS, 0.01))
        await eventually(lambda: any("not migrated" in line["event"] for line in logs))
        was_ready = waiting.done()

    await owner.execute("INSERT INTO alembic_version VALUES ($1)", HEAD)
    await asyncio.wait_for(waiting, 30)

    assert not was_ready
