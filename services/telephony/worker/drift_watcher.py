"""Looks at every tenant's objects in the dialer again and again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import run_every, trouble_of
from services.kit.telemetry import counter
from services.telephony.domain.provisioning.drift import Policy
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.drifting import DriftWatch
from services.telephony.usecases.provisioning.sql_access import SqlAccess
from services.telephony.worker.tenant_leases import with_tenant

_found = counter("telephony.drifts", "{field}", "Fields in the dialer that were not as told.")


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """What is done about drift, and how many seconds are between two looks."""

    policy: Policy
    seconds: float


class DriftWatcher:
    """One tenant after another, under its lease, every so many seconds."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        watch: DriftWatch,
        access: SqlAccess | None,
        options: DriftOptions,
    ) -> None:
        self._db, self._leases, self._watch, self._access = db, leases, watch, access
        self._options = options

    async def run(self) -> None:
        """Works until cancelled."""
        await run_every(self._options.seconds, self.work, asyncio.Event())

    async def work(self) -> None:
        """Looks at all tenants that have objects."""
        async with self._db.operator_read() as store:
            tenants = await store.dialer_objects.tenants()
        for tenant_id in tenants:
            await trouble_of("look for drift", self._look_at(tenant_id))

    async def _look_at(self, tenant_id: str) -> None:
        async def look() -> None:
            found = await self._watch.look(tenant_id)
            _found.add(len(found))
            if await self._watch.repair(tenant_id, found, self._options.policy):
                await self._watch.look(tenant_id)
            if self._access is not None:
                await self._access.refresh(tenant_id)

        await with_tenant(self._leases, tenant_id, look)
