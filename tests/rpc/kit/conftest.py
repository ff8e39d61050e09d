"""The probe server, one for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from services.kit.clock import MovableClock
from tests.rpc.kit.probe_server import Prober, ProbeService
from tests.support.mesh import serving
from tests.support.probe import rpc


@pytest_asyncio.fixture
async def prober(clock: MovableClock) -> AsyncIterator[Prober]:
    servicer = ProbeService()
    added = [(rpc.add_ProbeServiceServicer_to_server, servicer)]
    async with serving("usage", added, clock) as server:
        made = Prober(server, servicer, clock)
        try:
            yield made
        finally:
            await made.close()
