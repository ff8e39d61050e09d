"""Describes legs from the dialer's tables: late ones in bulk, recent ones again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.kit.telemetry import counter
from services.telephony.domain.describing import LegToDescribe, changed
from services.telephony.partners.dialer.reader import TROUBLES, DialerReader
from services.telephony.store import TelephonyStore

_LEASE = "describe-legs"
_LEASE_SECONDS = 60.0
_PAGE_LEGS = 5000
_SPAN_SECONDS_MAX = 86_400
# Rows of unanswered calls come up to seven minutes late, by sweeps of the dialer's.
_RECENT_SECONDS = 900
# A row's local time is that of the answer at the earliest, of a sweep at the latest.
_ROWS_BEFORE_SECONDS = 600
# Three-way legs are found by the call that they belong to, begun long before.
_CALL_BEFORE_SECONDS = 7200
_ROWS_AFTER_SECONDS = 900
_IDLE_SECONDS = 1.0
_TROUBLE_SECONDS_MAX = 30.0
# For how long late legs wait for their description, at most.
_HOLD_PROGRESS_SECONDS = 30.0
_HOLD_SECONDS = 120.0

log = get_logger(__name__)
_described = counter("telephony.legs.described", "{leg}", "Legs whose description changed.")


@dataclass(slots=True)
class _Tier:
    """Legs begun within the last `reach_seconds` are looked up again every `period_seconds`."""

    reach_seconds: int
    period_seconds: float
    due_at: float = 0.0


class Describer:
    """One replica at a time reads the dialer's tables. Their absence holds nothing up."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        reader: DialerReader,
        addresses: Mapping[tuple[str, str], str],
        wake: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._reader = db, leases, reader
        self._addresses, self._wake = dict(addresses), wake
        # Dispositions come seconds to hours later; the dialer's own corrections, overnight.
        self._tiers = [_Tier(600, 3.0), _Tier(2 * 3600, 60.0), _Tier(26 * 3600, 1800.0)]
        # Until the first look has come back, late legs may wait for it.
        self._progress_at: float | None = time.monotonic()
        self._is_busy = self._is_away = False

    def awaited_before(self) -> int:
        """Gives the second before which legs had better wait; 0 while describing does not go on."""
        progress_at = self._progress_at
        if progress_at is None or time.monotonic() - progress_at > _HOLD_PROGRESS_SECONDS:
            return 0
        return int(self._db.clock.now().timestamp()) - _RECENT_SECONDS

    def received_before(self) -> datetime:
        """Gives the time since which legs received may still wait."""
        now = self._db.clock.now()
        return now - timedelta(seconds=_HOLD_SECONDS) if self.awaited_before() else now

    async def run(self) -> None:
        """Describes until cancelled, whatever happens to the dialer's database meanwhile."""
        failures = 0
        try:
            while True:
                self._is_busy = False
                if await trouble_of("describe legs", self._step_unless_away()) is not None:
                    self._is_away = True
                failures = failures + 1 if self._is_away else 0
                await asyncio.sleep(self._pause_seconds(failures))
        finally:
            self._reader.close()
            await trouble_of("release lease", self._leases.release(_LEASE))

    def _pause_seconds(self, failures: int) -> float:
        if failures:
            return min(2.0**failures, _TROUBLE_SECONDS_MAX)
        return 0.0 if self._is_busy else _IDLE_SECONDS

    async def _step_unless_away(self) -> None:
        """Takes a step, if this replica may; notes if the dialer's database can't be read."""
        self._is_away = False
        try:
            if await self._leases.acquire(_LEASE, _LEASE_SECONDS):
                self._is_busy = await self.step()
        except TROUBLES as error:
            self._is_away = True
            # From now on nothing is kept back for it.
            self._progress_at = None
            log.warning("the dialer's tables can't be read", error=str(error)[:200])

    async def step(self) -> bool:
        """Describes a page of late legs, or the tier that is due; says whether more is waiting."""
        now = int(self._db.clock.now().timestamp())
        for tier in self._tiers:
            if time.monotonic() >= tier.due_at:
                await self._look_again(now - tier.reach_seconds, now)
                tier.due_at = time.monotonic() + tier.period_seconds
        async with self._db.operator_read() as store:
            legs = await store.descriptions.undescribed(now - _RECENT_SECONDS, _PAGE_LEGS)
        if legs:
            last = legs[0].created_seconds + _SPAN_SECONDS_MAX
            legs = [leg for leg in legs if leg.created_seconds <= last]
            await self._describe(legs, note_all=True)
        self._progress_at = time.monotonic()
        return bool(legs)

    async def _look_again(self, first_seconds: int, last_seconds: int) -> None:
        after = (first_seconds, "", "", "")
        while True:
            async with self._db.operator_read() as store:
                legs = await store.descriptions.between(after, last_seconds, _PAGE_LEGS)
            if legs:
                await self._describe(legs, note_all=False)
            if len(legs) < _PAGE_LEGS:
                return
            last = legs[-1]
            after = (last.created_seconds, last.cluster, last.host, last.uniqueid)

    async def _describe(self, legs: list[LegToDescribe], *, note_all: bool) -> None:
        rows = await self._reader.calls(
            legs[0].created_seconds - (_CALL_BEFORE_SECONDS if note_all else _ROWS_BEFORE_SECONDS),
            legs[-1].created_seconds + _ROWS_AFTER_SECONDS,
        )
        found = changed(legs, rows, self._addresses)
        async with self._db.operator_transaction() as store:
            await store.descriptions.write(found)
            if note_all:
                await store.descriptions.note_looked_up(legs)
        if found or note_all:
            _described.add(len(found))
            self._wake.set()
