"""A gateway for the tests of this folder, asked by HTTP as the edge asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from tests.support.gateway.running import Browser, Running, a_gateway

NOON = datetime(2025, 10, 15, 12, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running() -> AsyncIterator[Running]:
    async with a_gateway(MovableClock(NOON)) as made:
        yield made


@pytest.fixture
def gateway(running: Running) -> Running:
    """The shared gateway, later for each test, so that it remembers nothing of the last.

    By more than it holds anything (10 minutes), and by so little that two thousand tests stay
    within October, which some of them name.
    """
    running.clock.advance(minutes=11)
    running.world.forget()
    return running


@pytest.fixture
def sunny(gateway: Running) -> Browser:
    """A stranger at a client's portal."""
    return gateway.at(gateway.world.parties["abc-solar"])


@pytest.fixture
def console(gateway: Running) -> Browser:
    """A stranger at the operator's console."""
    return gateway.at(gateway.world.parties["northgate"])


@pytest_asyncio.fixture
async def visitor(sunny: Browser) -> Browser:
    """Somebody logged in at a client's portal."""
    await sunny.log_in()
    return sunny


@pytest_asyncio.fixture
async def operator(console: Browser) -> Browser:
    """Somebody logged in at the console."""
    await console.log_in()
    return console
