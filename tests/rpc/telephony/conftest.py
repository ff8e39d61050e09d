"""One telephony for all tests of this folder; each makes its own tenant, route and host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.dialer_api import dialer_api
from tests.support.dialer_clients import Dialing, dialer_settings
from tests.support.mariadb import dialer_database
from tests.support.telephony import Around, Running, running, surroundings


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def around() -> AsyncIterator[Around]:
    async with surroundings() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def telephony(around: Around) -> AsyncIterator[Running]:
    async with running(around) as started:
        await started.a_carrier("acme-voip")
        yield started


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def dialing(
    around: Around, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Dialing]:
    """A telephony that may change its dialer; each test makes its own tenant."""
    with dialer_database(tmp_path_factory.mktemp("changeable")) as database:
        async with (
            dialer_api(database) as api,
            running(around, **dialer_settings(api)) as started,
        ):
            yield Dialing(started, api)
