"""Reads and writes lifecycle runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, text, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import Aborted, NotFound
from services.tenancy.domain.lifecycle_run import (
    LifecycleRun,
    RunKind,
    RunState,
    Step,
    StepName,
    StepState,
)
from services.tenancy.store.tables_lifecycle import lifecycle_runs, lifecycle_steps

_LEASE: Final = text(
    "UPDATE lifecycle_runs SET lease = lease + 1, next_attempt_time = :lease_end"
    " WHERE (tenant_id, run_id) IN ("
    "  SELECT tenant_id, run_id FROM lifecycle_runs"
    "  WHERE state IN ('RUNNING', 'WAITING') AND next_attempt_time <= :now"
    "  ORDER BY next_attempt_time LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " RETURNING tenant_id, run_id"
)

# When it was begun, and its id: the order of runs.
Place = tuple[datetime, str]


class LifecycleRuns:
    """The runs that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, run: LifecycleRun) -> None:
        """Adds a run with its steps."""
        await self._connection.execute(insert(lifecycle_runs).values(_values(run)))
        await self._save_steps(run)

    async def get(self, tenant_id: str, run_id: str, *, for_update: bool = False) -> LifecycleRun:
        """Gives a run; refuses with RESOURCE_NOT_FOUND."""
        table = lifecycle_runs
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.run_id == run_id)
        if for_update:
            query = query.with_for_update()
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        if not found:
            raise NotFound(resource=f"tenants/{tenant_id}/lifecycleRuns/{run_id}")
        return found[0]

    async def has_open(self, tenant_id: str, other_than: str = "") -> bool:
        """Tells whether a run of the tenant is under way, or has failed on it."""
        table = lifecycle_runs
        query = select(table.c.run_id).where(
            table.c.tenant_id == tenant_id,
            table.c.state.in_([RunState.RUNNING, RunState.FAILED]),
            table.c.run_id != other_than,
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def find_ending(self, tenant_id: str, *, for_update: bool = False) -> LifecycleRun | None:
        """Gives the run that ends the tenant's service, as long as it has not come to its end."""
        table = lifecycle_runs
        query = select(table).where(
            table.c.tenant_id == tenant_id,
            table.c.kind == RunKind.TERMINATE,
            table.c.state.in_([RunState.RUNNING, RunState.WAITING, RunState.FAILED]),
        )
        if for_update:
            query = query.with_for_update()
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        return found[0] if found else None

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int
    ) -> list[LifecycleRun]:
        """Gives at most `limit` runs of a tenant, latest first, from behind `before` on."""
        table = lifecycle_runs
        query = select(table).where(table.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(tuple_(table.c.create_time, table.c.run_id) < before)
        query = query.order_by(table.c.create_time.desc(), table.c.run_id.desc()).limit(limit)
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which; nobody else does before `lease_end`."""
        values = {"now": now, "lease_end": lease_end, "limit": limit}
        leased = await self._connection.execute(_LEASE, values)
        return [(row.tenant_id, row.run_id) for row in leased]

    async def save(self, run: LifecycleRun) -> None:
        """Writes a run with its steps; refuses if somebody has taken it up or changed it since."""
        table = lifecycle_runs
        written = await self._connection.execute(
            update(table)
            .where(table.c.tenant_id == run.tenant_id, table.c.run_id == run.run_id)
            .where(table.c.lease <= run.lease)
            .values(_values(run))
        )
        if written.rowcount != 1:
            raise Aborted("The run was taken up by somebody else.")
        await self._save_steps(run)

    async def _save_steps(self, run: LifecycleRun) -> None:
        key = {"tenant_id": run.tenant_id, "run_id": run.run_id}
        rows = [
            {**key, "position": position, **asdict(step)} for position, step in enumerate(run.steps)
        ]
        saved = postgresql.insert(lifecycle_steps)
        changed = ("state", "trouble", "start_time", "end_time")
        await self._connection.execute(
            saved.on_conflict_do_update(
                index_elements=["tenant_id", "run_id", "position"],
                set_={name: saved.excluded[name] for name in changed},
            ),
            rows,
        )

    async def _read(self, heads: Sequence[RowMapping]) -> list[LifecycleRun]:
        ids = [head["run_id"] for head in heads]
        steps: dict[str, list[Step]] = {run_id: [] for run_id in ids}
        query = (
            select(lifecycle_steps)
            .where(lifecycle_steps.c.run_id.in_(ids))
            .order_by(lifecycle_steps.c.position)
        )
        for row in (await self._connection.execute(query)).mappings():
            steps[row["run_id"]].append(_step(row))
        return [_run(head, steps[head["run_id"]]) for head in heads]


def _values(run: LifecycleRun) -> dict[str, Any]:
    return {each.name: getattr(run, each.name) for each in fields(run) if each.name != "steps"}


def _step(row: RowMapping) -> Step:
    return Step(
        name=StepName(row["name"]),
        state=StepState(row["state"]),
        trouble=row["trouble"],
        start_time=row["start_time"],
        end_time=row["end_time"],
    )


def _run(row: RowMapping, steps: Sequence[Step]) -> LifecycleRun:
    kept = {**row, "kind": RunKind(row["kind"]), "state": RunState(row["state"])}
    return LifecycleRun(**kept, steps=tuple(steps))
