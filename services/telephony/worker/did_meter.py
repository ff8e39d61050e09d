"""Meters the days on which numbers are held."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.telephony.domain.did import Did, days_to_meter
from services.telephony.partners.directory import Directory, Entry
from services.telephony.partners.measurements import BATCH_MAX, Measurements
from services.telephony.store import TelephonyStore

_PAGE_DIDS = 500
_LEASE = "meter-dids"
_LEASE_SECONDS = 60.0
# How late after a local midnight a day may be metered.
_POLL_SECONDS = 20.0

log = get_logger(__name__)


class DidMeter:
    """Records one DID-day for each number and each local day it is held, once a replica asks.

    Recording a day again changes nothing, so a kill between recording and noting it is harmless.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        directory: Directory,
        measurements: Measurements,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._directory = db, leases, directory
        self._measurements, self._wake = measurements, wake
        self._was_busy = False

    async def run(self) -> None:
        """Meters until cancelled."""
        while True:
            self._wake.clear()
            failed = await trouble_of("meter DIDs", self.meter()) is not None
            is_soon = failed or self._was_busy
            try:
                await asyncio.wait_for(self._wake.wait(), 1.0 if is_soon else _POLL_SECONDS)
            except TimeoutError:
                continue

    async def meter(self) -> None:
        """Records all days up to today, everywhere, that have not been."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            # Another replica may have looked before there was what this one was woken for.
            self._was_busy = not is_ours
            if is_ours:
                await self._meter(self._db.clock.now())

    async def _meter(self, now: datetime) -> None:
        # Somewhere it is tomorrow already.
        until = (now + timedelta(days=2)).date()
        after = ("", "")
        while True:
            async with self._db.operator_read() as store:
                page = await store.dids.to_meter(until, after, _PAGE_DIDS)
            for tenant_id, dids in groupby(page, key=attrgetter("tenant_id")):
                entry = await self._directory.find(tenant_id)
                if entry is None:
                    log.warning("numbers of an unknown tenant wait", tenant=tenant_id)
                    continue
                await self._meter_tenant(entry, list(dids), now)
            if len(page) < _PAGE_DIDS:
                return
            after = (page[-1].tenant_id, page[-1].did_id)

    async def _meter_tenant(self, entry: Entry, dids: Sequence[Did], now: datetime) -> None:
        today = now.astimezone(entry.zone).date()
        days: list[tuple[str, date]] = [
            (did.phone_number, day) for did in dids for day in days_to_meter(did, today)
        ]
        for start in range(0, len(days), BATCH_MAX):
            batch = days[start : start + BATCH_MAX]
            await self._measurements.record_did_days(entry.tenant_id, batch)
        async with self._db.operator_transaction() as store:
            for did in dids:
                await store.dids.set_metered(did, today + timedelta(days=1))
