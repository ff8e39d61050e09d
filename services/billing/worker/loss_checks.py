"""Holds prices against costs whenever one of them has changed."""

from __future__ import annotations

import asyncio
from typing import Final

from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import (
    CHECK_LOSSES,
    check_losses,
    sold_by_others,
)
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.errors import NotFound
from services.kit.jobs import run_every

_EVERY_SECONDS: Final = 2.0
_OPTIONS: Final = OutboxOptions(lease_seconds=660.0, handler_seconds=600.0)


class LossChecks:
    """Checks the tenant that an intent names, or all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._outbox = OutboxRunner(desk.db, {CHECK_LOSSES: self.check}, _OPTIONS)

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Does what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def check(self, intent: Intent) -> None:
        """Checks; one time more does no harm, since the latest check counts."""
        tenant_id = intent.payload.get("tenant_id")
        if tenant_id:
            # What a client's client pays is its seller's business, who pays the operator.
            if tenant_id not in await sold_by_others(self._desk):
                await self._check(tenant_id)
            return
        for entry in await self._desk.directory.operators_clients():
            await self._check(entry.tenant_id)

    async def _check(self, tenant_id: str) -> None:
        try:
            await check_losses(self._desk, tenant_id)
        except NotFound:
            # A tenant that is no more, or a route that was told before its tenant: nothing is sold.
            return
