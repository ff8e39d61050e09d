"""One telephony for all tests of this folder; each makes its own tenant, route and host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.telephony import Around, Running, running, surroundings


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def around() -> AsyncIterator[Around]:
    async with surroundings() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def telephony(around: Around) -> AsyncIterator[Running]:
    async with running(around) as started:
        yield started
