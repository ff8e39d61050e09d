"""Runs invoice runs: schedules what is due by itself, and does what runs have to do."""

from __future__ import annotations

import asyncio
from typing import Final

from services.billing.domain.invoice_run import Task
from services.billing.usecases import Desk
from services.billing.usecases.create_invoice_run import schedule_runs
from services.billing.usecases.run_task import lease_end, run_task
from services.kit.jobs import trouble_of
from services.kit.telemetry import counter

# Months end on the hour; a minute more does not matter.
_SCHEDULE_SECONDS: Final = 60.0
_IDLE_SECONDS: Final = 5.0
# So many tenants at once in each replica: usage and the store have other callers too.
_BATCH_SIZE: Final = 8

_done = counter("billing.invoice_run.tasks", "{task}", "Tasks of invoice runs that were done.")


class InvoiceRunner:
    """Does the tasks of runs, shared with the other replicas by their leases.

    A replica that is killed leaves its leases behind: others take them when they end.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._took = 0

    async def schedule(self) -> None:
        """Adds what is due by itself, until cancelled."""
        while True:
            await trouble_of("schedule invoice runs", schedule_runs(self._desk))
            await asyncio.sleep(_SCHEDULE_SECONDS)

    async def run(self) -> None:
        """Does what is due, until cancelled."""
        while True:
            batch = self.run_batch()
            if await trouble_of("run invoice runs", batch) is not None or not self._took:
                await asyncio.sleep(_IDLE_SECONDS)

    async def run_batch(self) -> int:
        """Does one batch of what is due; gives how many tasks it took."""
        self._took = 0
        tasks = await self._lease()
        self._took = len(tasks)
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(self._do(task))
        return self._took

    async def run_until_empty(self) -> int:
        """Does batches until nothing is due; gives how many tasks that took."""
        total = 0
        while took := await self.run_batch():
            total += took
        return total

    async def _lease(self) -> list[Task]:
        now = self._desk.clock.now()
        async with self._desk.db.operator_transaction() as store:
            return await store.invoice_runs.lease(now, lease_end(now), _BATCH_SIZE)

    async def _do(self, task: Task) -> None:
        # One that fails unforeseen is taken again when its lease has ended.
        if await trouble_of("invoice run task", run_task(self._desk, task)) is None:
            _done.add(1)
