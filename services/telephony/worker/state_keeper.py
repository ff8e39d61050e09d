"""Brings asked-for service states into the dialer, within seconds."""

from __future__ import annotations

import asyncio
import contextlib

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.telephony.domain.provisioning.blocking import ServiceState
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.blocking import Blocker
from services.telephony.worker.tenant_leases import with_tenant

_AT_ONCE = 100
_POLL_SECONDS = 1.0


class StateKeeper:
    """Woken when a state is asked for; looks by itself every second for what failed."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        blocker: Blocker,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._blocker, self._wake = db, leases, blocker, wake

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("apply service states", self.work())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def work(self) -> None:
        """Applies every state that waits; nobody's trouble holds up the others."""
        async with self._db.operator_read() as store:
            waiting = await store.service_states.waiting(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for state in waiting:
                group.create_task(trouble_of("apply a service state", self._apply(state)))

    async def _apply(self, state: ServiceState) -> None:
        await with_tenant(self._leases, state.tenant_id, lambda: self._blocker.apply(state))
