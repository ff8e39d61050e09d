"""telephony's store on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.telephony.store import TelephonyStore
from tests.support.builders.telephony import NOON
from tests.support.postgres import ServiceDatabase, database_fixture

service_database = database_fixture("telephony")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def db(service_database: ServiceDatabase) -> AsyncIterator[Database[TelephonyStore]]:
    database = create_database(
        service_database.service_url, "telephony", TelephonyStore, MovableClock(NOON)
    )
    yield database
    await database.dispose()
