"""Reads and writes onboarding runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, text, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import Aborted, NotFound
from services.tenancy.domain.onboarding import Run, RunState, Setup, Step, StepName, StepState
from services.tenancy.store.tables_onboarding import onboarding_runs, onboarding_steps

_LEASE: Final = text(
    "UPDATE onboarding_runs SET lease = lease + 1, next_attempt_time = :lease_end"
    " WHERE (tenant_id, run_id) IN ("
    "  SELECT tenant_id, run_id FROM onboarding_runs"
    "  WHERE state IN ('RUNNING', 'UNDOING') AND next_attempt_time <= :now"
    "  ORDER BY next_attempt_time LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " RETURNING run_id"
)

# When it was begun, and its id: the order of runs.
Place = tuple[datetime, str]


class OnboardingRuns:
    """The runs that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, run: Run) -> None:
        """Adds a run with its steps."""
        await self._connection.execute(insert(onboarding_runs).values(_values(run)))
        await self._save_steps(run)

    async def get(self, run_id: str, *, for_update: bool = False) -> Run:
        """Gives a run; refuses with RESOURCE_NOT_FOUND."""
        query = select(onboarding_runs).where(onboarding_runs.c.run_id == run_id)
        if for_update:
            query = query.with_for_update()
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        if not found:
            raise NotFound(resource=f"onboardingRuns/{run_id}")
        return found[0]

    async def list_before(self, before: Place | None, limit: int) -> list[Run]:
        """Gives at most `limit` runs, latest first, from behind `before` on."""
        table = onboarding_runs
        query = select(table)
        if before is not None:
            query = query.where(tuple_(table.c.create_time, table.c.run_id) < before)
        query = query.order_by(table.c.create_time.desc(), table.c.run_id.desc()).limit(limit)
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[str]:
        """Takes up what is due; nobody else does before `lease_end`."""
        values = {"now": now, "lease_end": lease_end, "limit": limit}
        return [row.run_id for row in await self._connection.execute(_LEASE, values)]

    async def save(self, run: Run) -> None:
        """Writes a run with its steps; refuses if somebody has taken it up or changed it since."""
        table = onboarding_runs
        written = await self._connection.execute(
            update(table)
            .where(table.c.run_id == run.run_id, table.c.lease <= run.lease)
            .values(_values(run))
        )
        if written.rowcount != 1:
            raise Aborted("The run was taken up by somebody else.")
        await self._save_steps(run)

    async def last_of(self, tenant_id: str) -> Run | None:
        """Gives the run that brought a tenant in, or brings it in; None if none does."""
        table = onboarding_runs
        query = (
            select(table)
            .where(table.c.tenant_id == tenant_id)
            .order_by(table.c.create_time.desc())
            .limit(1)
        )
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        return found[0] if found else None

    async def lock_waiting(self, tenant_id: str) -> Run | None:
        """Gives a tenant's run that waits, or will wait, for its signature, or None."""
        table = onboarding_runs
        query = select(table).where(
            table.c.tenant_id == tenant_id, table.c.state.in_([RunState.RUNNING, RunState.WAITING])
        )
        found = (await self._connection.execute(query.with_for_update())).mappings()
        runs = await self._read(list(found))
        unsigned = (run for run in runs if run.step(StepName.AGREEMENT).state is not StepState.DONE)
        return next(unsigned, None)

    async def _save_steps(self, run: Run) -> None:
        key = {"tenant_id": run.tenant_id, "run_id": run.run_id}
        rows = [
            {
                **key,
                "position": position,
                "name": step.name,
                "state": step.state,
                "trouble": step.trouble,
                "start_time": step.start_time,
                "end_time": step.end_time,
            }
            for position, step in enumerate(run.steps)
        ]
        saved = postgresql.insert(onboarding_steps)
        changed = ("state", "trouble", "start_time", "end_time")
        await self._connection.execute(
            saved.on_conflict_do_update(
                index_elements=["tenant_id", "run_id", "position"],
                set_={name: saved.excluded[name] for name in changed},
            ),
            rows,
        )

    async def _read(self, heads: Sequence[RowMapping]) -> list[Run]:
        ids = [head["run_id"] for head in heads]
        steps: dict[str, list[Step]] = {run_id: [] for run_id in ids}
        query = (
            select(onboarding_steps)
            .where(onboarding_steps.c.run_id.in_(ids))
            .order_by(onboarding_steps.c.position)
        )
        for row in (await self._connection.execute(query)).mappings():
            steps[row["run_id"]].append(_step(row))
        return [_run(head, steps[head["run_id"]]) for head in heads]


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


def _step(row: RowMapping) -> Step:
    return Step(
        name=StepName(row["name"]),
        state=StepState(row["state"]),
        trouble=row["trouble"],
        start_time=row["start_time"],
        end_time=row["end_time"],
    )


def _run(row: RowMapping, steps: Sequence[Step]) -> Run:
    return Run(
        run_id=row["run_id"],
        tenant_id=row["tenant_id"],
        display_name=row["display_name"],
        state=RunState(row["state"]),
        setup=Setup.from_json(row["setup"]),
        steps=tuple(steps),
        create_time=row["create_time"],
        next_attempt_time=row["next_attempt_time"],
        attempts=row["attempts"],
        lease=row["lease"],
        trouble=row["trouble"],
        end_time=row["end_time"],
    )
