"""Puts what happened to clients' accounts in one order, so that a reader misses nothing."""

from __future__ import annotations

import asyncio
from typing import Final

from services.billing.store import BillingStore
from services.billing.usecases.client_events import CLIENT_EVENT, event_in
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import run_every

_EVERY_SECONDS: Final = 1.0
_OPTIONS: Final = OutboxOptions(attempts_max=1_000_000)


class ClientEvents:
    """Takes events from the outbox, where they are in no order, and keeps each once."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db
        self._outbox = OutboxRunner(db, {CLIENT_EVENT: self._append}, _OPTIONS)

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Does what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def _append(self, intent: Intent) -> None:
        event = event_in(intent)
        async with self._db.operator_transaction() as store:
            await store.client_events.append(
                event.tenant_id,
                event.event_id,
                {"kind": event.kind, "subject": event.subject, "facts": dict(event.facts)},
                intent.create_time,
            )
