"""Looks for open legs that are over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.telephony.domain.open_leg import ClosingPolicy
from services.telephony.store import TelephonyStore
from services.telephony.usecases.close_open_legs import LEGS_MAX, close_open_legs

_EVERY_SECONDS = 15.0
_LEASE_SECONDS = 60.0


class OpenLegCloser:
    """Ends what the policy says is over, host by host; calls `wake` when it did."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        policy: ClosingPolicy,
        wake: Callable[[], None],
    ) -> None:
        self._db, self._leases, self._policy, self._wake = db, leases, policy, wake

    async def run(self) -> None:
        """Closes until cancelled."""
        guarded = self._leases.guard("close-open-legs", _LEASE_SECONDS, self.close)
        await run_every(_EVERY_SECONDS, guarded, asyncio.Event())

    async def close(self) -> None:
        """Closes all that is over now."""
        async with self._db.operator_read() as store:
            hosts = await store.open_legs.hosts()
        for cluster, host, life in hosts:
            closed = LEGS_MAX
            while closed == LEGS_MAX:
                async with self._db.operator_transaction() as store:
                    closed = await close_open_legs(store, (cluster, host), life, self._policy)
                if closed:
                    self._wake()
