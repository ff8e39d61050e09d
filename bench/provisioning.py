"""Tenants a second put into the dialer: from the request to the last switch."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figure import Figure
from dev.mariadb import MariaDb
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import Run, Tenants, tenants_dialer

_TENANTS: Final = 20
_AGENTS: Final = 3
_WANTED_A_SECOND: Final = 1.0
_DEADLINE_SECONDS: Final = 300.0


def measure() -> list[Figure]:
    """Telephony, the web API's simulator and MariaDB, all on this machine."""
    with tempfile.TemporaryDirectory() as folder, dialer_database(Path(folder)) as database:
        rate = asyncio.run(_measure(database))
    name = f"provisioning: {_AGENTS} agents each"
    return [Figure.at_least(name, "tenants/s", (rate, _WANTED_A_SECOND), 1.0)]


async def _measure(database: MariaDb) -> float:
    async with (
        tenants_dialer(database) as dialer,
        running(dialer.around, **dialer.settings) as telephony,
    ):
        tenants = Tenants(telephony)
        clients = [await telephony.a_client(with_route=False) for _ in range(_TENANTS)]
        began = time.perf_counter()
        begun = [await tenants.begin(client.tenant_id, agent_count=_AGENTS) for client in clients]
        over = [await tenants.ended(run.name, _DEADLINE_SECONDS) for run in begun]
        took = time.perf_counter() - began
        if any(run.state != Run.SUCCEEDED for run in over):
            raise RuntimeError(f"Not all tenants were provisioned: {over}")
        return _TENANTS / took
