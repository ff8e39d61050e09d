"""Takes over what happens at the other services, one replica at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from services.kit.db.leases import Leases
from services.kit.jobs import run_every, trouble_of

_EVERY_SECONDS: Final = 1.0
_LEASE: Final = "webhook-intake"
_LEASE_SECONDS: Final = 60.0


class Source(Protocol):
    """Where events come from."""

    async def take_over(self) -> None:
        """Takes over what is new."""


class Intake:
    """What cannot be reached now is taken over later: every source keeps what was not."""

    def __init__(self, sources: Sequence[Source], leases: Leases) -> None:
        self._sources, self._leases = sources, leases

    async def run(self) -> None:
        """Works until it is cancelled."""
        run_due = self._leases.guard(_LEASE, _LEASE_SECONDS, self.run_due)
        await run_every(_EVERY_SECONDS, run_due, asyncio.Event())

    async def run_due(self) -> None:
        """Takes over what is new everywhere; one source's trouble is not another's."""
        for source in self._sources:
            await trouble_of(type(source).__name__, source.take_over())
