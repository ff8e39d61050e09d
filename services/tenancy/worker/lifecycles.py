"""Advances the lifecycle runs that are due, each in one replica."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.tenancy.domain.onboarding import LEASE
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.lifecycle.running import LifecycleRunner

_AT_ONCE: Final = 8
_POLL_SECONDS: Final = 0.5


class Lifecycles:
    """Woken when a run is begun or changed; looks by itself for those of other replicas."""

    def __init__(
        self, db: Database[TenancyStore], runner: LifecycleRunner, wake: asyncio.Event
    ) -> None:
        self._db, self._runner, self._wake = db, runner, wake

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("change how clients stand", self.work())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def work(self) -> None:
        """Advances every run that is due now, as far as it goes."""
        now = self._db.clock.now()
        async with self._db.operator_transaction() as store:
            leased = await store.lifecycle_runs.lease(now, now + LEASE, _AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for tenant_id, run_id in leased:
                advancing = self._runner.advance(tenant_id, run_id)
                group.create_task(trouble_of("change how a client stands", advancing))
