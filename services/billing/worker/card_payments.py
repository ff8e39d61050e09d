"""Charges cards and gives money back: carries out what was recorded, until it is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from services.billing.usecases import Desk
from services.billing.usecases.charge_card import charge_card
from services.billing.usecases.refund_payment import carry_out_refund
from services.kit.jobs import trouble_of

# How long nobody else takes up what was taken up, and so how soon it is asked again.
_LEASE_SECONDS = 60.0
_WAIT_SECONDS = 5.0
_BATCH = 8


class CardPayments:
    """The worker that alone talks of money to the processor.

    What was recorded is done at least once and, because each attempt has one id there, at most
    once. What fails without an outcome is taken up again when its lease is over.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Works until cancelled, at once when something was recorded here."""
        while True:
            while await self.run_due():
                pass
            self._desk.payments_came.clear()
            try:
                async with asyncio.timeout(_WAIT_SECONDS):
                    await self._desk.payments_came.wait()
            except TimeoutError:
                continue

    async def run_due(self) -> int:
        """Carries out what is due, one batch; gives how many there were."""
        now = self._desk.clock.now()
        async with self._desk.db.operator_transaction() as store:
            payments = await store.payments.lease_due(now, _LEASE_SECONDS, _BATCH)
            refunds = await store.refunds.lease_due(now, _LEASE_SECONDS, _BATCH)
        work: list[Coroutine[Any, Any, None]] = [
            *(charge_card(self._desk, payment) for payment in payments),
            *(carry_out_refund(self._desk, refund) for refund in refunds),
        ]
        await asyncio.gather(*(trouble_of("card payment", each) for each in work))
        return len(work)
