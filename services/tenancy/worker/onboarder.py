"""Advances the onboarding runs that are due, each in one replica."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.tenancy.domain.onboarding import LEASE
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.onboarding.running import Runner

_AT_ONCE: Final = 8
_POLL_SECONDS: Final = 0.5


class Onboarder:
    """Woken when a run is begun or changed; looks by itself for those of other replicas."""

    def __init__(self, db: Database[TenancyStore], runner: Runner, wake: asyncio.Event) -> None:
        self._db, self._runner, self._wake = db, runner, wake

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("onboard clients", self.work())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def work(self) -> None:
        """Advances every run that is due now, as far as it goes."""
        now = self._db.clock.now()
        async with self._db.operator_transaction() as store:
            run_ids = await store.onboarding_runs.lease(now, now + LEASE, _AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for run_id in run_ids:
                group.create_task(trouble_of("onboard a client", self._runner.advance(run_id)))
