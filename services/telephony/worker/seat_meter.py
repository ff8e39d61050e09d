"""Meters agents: who could log in on a day, and how many were logged in at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.telephony.domain.agent import Agent, AgentState
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.partners.directory import Directory
from services.telephony.partners.seat_readings import BATCH_MAX, Reading, SeatReadings
from services.telephony.store import TelephonyStore
from services.telephony.usecases.look_at_dialer import presences

_EVERY_SECONDS: Final = 20.0
_LEASE: Final = "meter-seats"
_LEASE_SECONDS: Final = 60.0
_AGENTS_MAX: Final = 10_000

log = get_logger(__name__)


class SeatMeter:
    """Looks every twenty seconds; the most of a day is kept, so that a restart loses none of it.

    A session shorter than that may be missed: at times a seat is not charged, never one too many.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        directory: Directory,
        readings: SeatReadings,
        live: LiveTables | None,
    ) -> None:
        self._db, self._leases, self._directory = db, leases, directory
        self._readings, self._live = readings, live
        # What usage has been told of the present day of each tenant.
        self._told: dict[str, set[Reading]] = {}

    async def run(self) -> None:
        """Meters until cancelled."""
        await run_every(_EVERY_SECONDS, self.meter, asyncio.Event())

    async def meter(self) -> None:
        """Looks at every tenant that has agents, unless another replica does."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            async with self._db.operator_read() as store:
                tenants = await store.seats.tenants()
            for tenant_id in tenants:
                await self._meter(tenant_id)

    async def _meter(self, tenant_id: str) -> None:
        entry = await self._directory.find(tenant_id)
        if entry is None:
            log.warning("seats of an unknown tenant wait", tenant=tenant_id)
            return
        today = self._db.clock.now().astimezone(entry.zone).date()
        async with self._db.read(tenant_id) as store:
            agents = await store.agents.list_after(tenant_id, "", _AGENTS_MAX)
        active = [agent for agent in agents if agent.state is AgentState.ACTIVE]
        found = {Reading.named(agent.agent_id, today) for agent in active}
        found |= await self._peak(tenant_id, active, today)
        told = {each for each in self._told.get(tenant_id, set()) if each.day == today}
        new = sorted(found - told, key=lambda each: (each.is_peak, each.subject))
        for start in range(0, len(new), BATCH_MAX):
            await self._readings.record(tenant_id, new[start : start + BATCH_MAX])
        self._told[tenant_id] = told | found

    async def _peak(self, tenant_id: str, agents: Sequence[Agent], today: date) -> set[Reading]:
        there = await presences(self._db, self._live, tenant_id, agents)
        if not there:
            return set()
        async with self._db.transaction(tenant_id) as store:
            most = await store.seats.note_peak(tenant_id, today, len(there))
        return {Reading.peak(most, today)}
