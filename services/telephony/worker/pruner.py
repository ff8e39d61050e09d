"""Forgets legs that usage has long known."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.telephony.store import TelephonyStore

_BATCH_LEGS = 5000
_EVERY_SECONDS = 3600.0


class Pruner:
    """Keeps the window of legs from growing for ever."""

    def __init__(self, db: Database[TelephonyStore], keep: timedelta) -> None:
        self._db, self._keep = db, keep

    async def run(self) -> None:
        """Prunes until cancelled."""
        await run_every(_EVERY_SECONDS, self.prune, asyncio.Event())

    async def prune(self) -> None:
        """Forgets everything older than the window, batch by batch."""
        before = self._db.clock.now() - self._keep
        pruned = _BATCH_LEGS
        while pruned == _BATCH_LEGS:
            async with self._db.operator_transaction() as store:
                pruned = await store.legs.prune(before, _BATCH_LEGS)
                await store.open_legs.prune(before, _BATCH_LEGS)
