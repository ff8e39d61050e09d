"""Advances the runs of one kind that are due, each in one replica."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.tenancy.domain.durable_run import LEASE
from services.tenancy.store import TenancyStore

_AT_ONCE: Final = 8
_POLL_SECONDS: Final = 0.5


class Runs(Protocol):
    """Where runs of a kind are kept."""

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which."""
        ...


class RunTaker:
    """Woken when a run is begun or changed; looks by itself for those of other replicas.

    `runs` finds their store in a transaction's, `advance` takes one as far as it goes, by its
    tenant and its id.
    """

    def __init__(
        self,
        db: Database[TenancyStore],
        runs: Callable[[TenancyStore], Runs],
        advance: Callable[[str, str], Awaitable[None]],
        wake: asyncio.Event,
    ) -> None:
        self._db, self._runs, self._advance, self._wake = db, runs, advance, wake

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("take up runs", self.work())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def work(self) -> None:
        """Advances every run that is due now, as far as it goes."""
        now = self._db.clock.now()
        async with self._db.operator_transaction() as store:
            leased = await self._runs(store).lease(now, now + LEASE, _AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for whose, which in leased:
                group.create_task(trouble_of("advance a run", self._advance(whose, which)))
