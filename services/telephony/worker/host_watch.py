"""Asks hosts whether they live, since when, and which channels are up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.telephony.partners.host_check import HostCheck
from services.telephony.store import TelephonyStore

_EVERY_SECONDS = 15.0
_LEASE_SECONDS = 60.0


class HostWatch:
    """Each answer of a host is a sign of life, by which legs are closed that nobody ends."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        checks: Mapping[tuple[str, str], HostCheck],
    ) -> None:
        self._db, self._leases, self._checks = db, leases, checks

    async def run(self) -> None:
        """Watches until cancelled."""
        guarded = self._leases.guard("watch-hosts", _LEASE_SECONDS, self.watch)
        await run_every(_EVERY_SECONDS, guarded, asyncio.Event())

    async def watch(self) -> None:
        """Asks all hosts at once; one that does not answer gives no sign."""
        lives = await asyncio.gather(*(check.life() for check in self._checks.values()))
        for host, life in zip(self._checks, lives, strict=True):
            if life is None:
                continue
            async with self._db.operator_transaction() as store:
                await store.journals.lock(*host)
                await store.host_lives.note_life(host, *life)
