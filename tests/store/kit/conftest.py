"""A database of the example store, its clock, and two tenants of each test's own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from tests.store.kit.example.store import ExampleStore
from tests.support.postgres import ServiceDatabase, database_fixture

MIGRATIONS = Path(__file__).parent / "example" / "migrations"

database = database_fixture("example", MIGRATIONS)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2025, 11, 1, 12, tzinfo=UTC))


@pytest_asyncio.fixture
async def db(
    database: ServiceDatabase, clock: MovableClock
) -> AsyncIterator[Database[ExampleStore]]:
    opened = create_database(database.service_url, "example", ExampleStore, clock)
    yield opened
    await opened.dispose()


@pytest.fixture
def tenant() -> str:
    return a_tenant()


@pytest.fixture
def other_tenant() -> str:
    return a_tenant()


def a_tenant() -> str:
    return f"t{uuid.uuid4().hex[:16]}"
