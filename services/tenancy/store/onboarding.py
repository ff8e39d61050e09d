"""Reads and writes onboarding runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.kit.errors import NotFound
from services.tenancy.domain.durable_run import Step, StepState
from services.tenancy.domain.onboarding import Run, RunState, Setup, StepName
from services.tenancy.store.run_rows import RunRows
from services.tenancy.store.tables_onboarding import onboarding_runs, onboarding_steps


class OnboardingRuns:
    """The runs that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._rows: RunRows[StepName] = RunRows(
            connection,
            (onboarding_runs, onboarding_steps),
            (RunState.RUNNING, RunState.UNDOING),
        )

    async def add(self, run: Run) -> None:
        """Adds a run with its steps."""
        await self._rows.add(_values(run), run.steps)

    async def get(self, run_id: str, *, for_update: bool = False) -> Run:
        """Gives a run; refuses with RESOURCE_NOT_FOUND."""
        query = select(onboarding_runs).where(onboarding_runs.c.run_id == run_id)
        found = await self._read(query.with_for_update() if for_update else query)
        if not found:
            raise NotFound(resource=f"onboardingRuns/{run_id}")
        return found[0]

    async def list_before(self, before: Place | None, limit: int) -> list[Run]:
        """Gives at most `limit` runs, latest first, from behind `before` on."""
        return await self._read(self._rows.latest(*self._rows.before(before)).limit(limit))

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which; nobody else does before `lease_end`."""
        return await self._rows.lease(now, lease_end, limit)

    async def save(self, run: Run) -> None:
        """Writes a run with its steps; refuses if somebody has taken it up or changed it since."""
        await self._rows.save(_values(run), run.steps)

    async def last_of(self, tenant_id: str) -> Run | None:
        """Gives the run that brought a tenant in, or brings it in; None if none does."""
        query = self._rows.latest(onboarding_runs.c.tenant_id == tenant_id).limit(1)
        return next(iter(await self._read(query)), None)

    async def lock_waiting(self, tenant_id: str) -> Run | None:
        """Gives a tenant's run that waits, or will wait, for its signature, or None."""
        table = onboarding_runs
        query = select(table).where(
            table.c.tenant_id == tenant_id, table.c.state.in_([RunState.RUNNING, RunState.WAITING])
        )
        runs = await self._read(query.with_for_update())
        unsigned = (run for run in runs if run.step(StepName.AGREEMENT).state is not StepState.DONE)
        return next(unsigned, None)

    async def _read(self, query: Select[Any]) -> list[Run]:
        return [_run(head, steps) for head, steps in await self._rows.read(query, StepName)]


def _values(run: Run) -> dict[str, Any]:
    return {
        "tenant_id": run.tenant_id,
        "run_id": run.run_id,
        "display_name": run.display_name,
        "state": run.state,
        "setup": run.setup.as_json(),
        "attempts": run.attempts,
        "lease": run.lease,
        "trouble": run.trouble,
        "create_time": run.create_time,
        "next_attempt_time": run.next_attempt_time,
        "end_time": run.end_time,
    }


def _run(row: RowMapping, steps: Sequence[Step[StepName]]) -> Run:
    kept = {**row, "state": RunState(row["state"]), "setup": Setup.from_json(row["setup"])}
    return Run(**kept, steps=tuple(steps))
