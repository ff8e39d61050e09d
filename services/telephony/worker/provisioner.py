"""Advances the runs that are due: several at once, each in one replica."""

from __future__ import annotations

import asyncio
import contextlib

from services.kit.clock import Clock
from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.running import Runner
from services.telephony.worker.tenant_leases import with_tenant

_RUNS_AT_ONCE = 8
_POLL_SECONDS = 1.0


class Provisioner:
    """Woken when a run is made; looks by itself every second for those of other replicas."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        clock: Clock,
        leases: Leases,
        runner: Runner,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._clock, self._leases = db, clock, leases
        self._runner, self._wake = runner, wake

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("provision tenants", self.work())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def work(self) -> None:
        """Advances every run that is due now."""
        async with self._db.operator_read() as store:
            due = await store.provisioning_runs.due(self._clock.now(), 100)
        free = asyncio.Semaphore(_RUNS_AT_ONCE)

        async def one(tenant_id: str, run_id: str) -> None:
            async with free:
                await trouble_of("provision a tenant", self._advance(tenant_id, run_id))

        async with asyncio.TaskGroup() as group:
            for tenant_id, run_id in due:
                group.create_task(one(tenant_id, run_id))

    async def _advance(self, tenant_id: str, run_id: str) -> None:
        await with_tenant(self._leases, tenant_id, lambda: self._runner.advance(tenant_id, run_id))
