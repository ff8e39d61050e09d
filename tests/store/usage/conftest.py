"""One migrated database for all tests of this folder; each test makes its own tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.usage.domain.calls import BatchOutcome
from services.usage.domain.summary import Summary
from services.usage.store import UsageStore
from services.usage.store.summaries import Summaries
from services.usage.usecases.record_calls import CallRecorder
from tests.support.builders.usage import NEW_YORK, NOON, MeasuredCall, a_batch, a_tenant_id
from tests.support.figures import NOVEMBER
from tests.support.postgres import ServiceDatabase, database_fixture

usage_database = database_fixture("usage")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def tenant() -> str:
    return a_tenant_id()


@pytest_asyncio.fixture
async def db(
    usage_database: ServiceDatabase, clock: MovableClock
) -> AsyncIterator[Database[UsageStore]]:
    database = create_database(usage_database.service_url, "usage", UsageStore, clock)
    yield database
    await database.dispose()


November = Callable[[], Awaitable[Summary]]


@pytest_asyncio.fixture
async def november(usage_database: ServiceDatabase, tenant: str) -> AsyncIterator[November]:
    """Gives the summary of November 2025."""
    summaries = Summaries(usage_database.service_url)

    async def summary() -> Summary:
        return await summaries.of_span(tenant, NOVEMBER)

    yield summary
    await summaries.close()


class Recording:
    """Records batches of one tenant, each in its turn."""

    def __init__(self, db: Database[UsageStore], tenant_id: str) -> None:
        self._recorder, self.tenant_id = CallRecorder(db), tenant_id

    async def __call__(self, *calls: MeasuredCall, time_zone: str = NEW_YORK) -> BatchOutcome:
        batch = a_batch(self.tenant_id, *calls, time_zone=time_zone)
        return await self._recorder.record(batch, at_once)


async def at_once() -> None:
    """The turn of a batch that is alone."""


@pytest.fixture
def record(db: Database[UsageStore], tenant: str) -> Recording:
    return Recording(db, tenant)
