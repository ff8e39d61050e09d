"""Brings about the intents that wait in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from services.kit.db.outbox import Handler, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of

_SECONDS: Final = 2.0
# Short, because others wait for the end of a batch; for a week, because a dialer may be away long.
_OPTIONS: Final = OutboxOptions(
    lease_seconds=40.0, handler_seconds=30.0, attempts_max=2_000, longest_wait_seconds=300.0
)


class OutboxWorker:
    """Handles what is due when `wake` is set, and every two seconds; any replica may."""

    def __init__(
        self, db: Database[Any], handlers: Mapping[str, Handler], wake: asyncio.Event
    ) -> None:
        self._runner = OutboxRunner(db, handlers, _OPTIONS)
        self._wake = wake

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("outbox", self._runner.run_until_empty())
            try:
                await asyncio.wait_for(self._wake.wait(), _SECONDS)
            except TimeoutError:
                continue
