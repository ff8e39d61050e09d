"""Meters what tenants keep: recordings and leads."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from services.kit.db.leases import Leases
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.telephony.partners.storage_readings import StorageReadings
from services.telephony.usecases.measure_storage import StorageDesk

_EVERY_SECONDS: Final = 60.0
_LEASE: Final = "meter-storage"
_LEASE_SECONDS: Final = 600.0

log = get_logger(__name__)


class StorageMeter:
    """Looks once on each day of a tenant's own, as soon as it has begun; that is the day's reading.

    A day on which nobody could look has none: at times a day is not charged, never one too many.
    """

    def __init__(self, leases: Leases, desk: StorageDesk, readings: StorageReadings) -> None:
        self._leases, self._desk, self._readings = leases, desk, readings
        # The last day of each tenant that usage has been told of.
        self._told: dict[str, date] = {}

    async def run(self) -> None:
        """Meters until cancelled."""
        while True:
            await trouble_of("meter storage", self.meter())
            await asyncio.sleep(_EVERY_SECONDS)

    async def meter(self) -> None:
        """Looks at every tenant of the dialer whose day has no reading, unless a replica does."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            async with self._desk.db.operator_read() as store:
                tenants = [tenant_id for tenant_id, _ in await store.dialer_tenants.all()]
            for tenant_id in tenants:
                # One that can't be measured keeps nobody else from it.
                await trouble_of("meter a tenant's storage", self._meter(tenant_id))

    async def _meter(self, tenant_id: str) -> None:
        entry = await self._desk.directory.find(tenant_id)
        if entry is None:
            log.warning("storage of an unknown tenant waits", tenant=tenant_id)
            return
        today = self._desk.db.clock.now().astimezone(entry.zone).date()
        if self._told.get(tenant_id) == today:
            return
        async with self._desk.db.read(tenant_id) as store:
            is_known = await store.kept_storage.has(tenant_id, today)
        if not is_known:
            kept = await self._desk.kept(tenant_id)
            await self._readings.record(tenant_id, today, kept)
            async with self._desk.db.transaction(tenant_id) as store:
                await store.kept_storage.add(tenant_id, today, kept)
        self._told[tenant_id] = today
