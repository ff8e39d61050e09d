"""Reads and writes lifecycle runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.kit.errors import NotFound
from services.tenancy.domain.durable_run import Step
from services.tenancy.domain.lifecycle_run import OPEN, LifecycleRun, RunKind, RunState, StepName
from services.tenancy.store.run_rows import RunRows
from services.tenancy.store.tables_lifecycle import lifecycle_runs, lifecycle_steps


class LifecycleRuns:
    """The runs that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._rows: RunRows[StepName] = RunRows(
            connection, (lifecycle_runs, lifecycle_steps), (RunState.RUNNING, RunState.WAITING)
        )

    async def add(self, run: LifecycleRun) -> None:
        """Adds a run with its steps."""
        await self._rows.add(_values(run), run.steps)

    async def get(self, tenant_id: str, run_id: str, *, for_update: bool = False) -> LifecycleRun:
        """Gives a run; refuses with RESOURCE_NOT_FOUND."""
        table = lifecycle_runs
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.run_id == run_id)
        found = await self._read(query.with_for_update() if for_update else query)
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
            table.c.state.in_(OPEN),
        )
        found = await self._read(query.with_for_update() if for_update else query)
        return next(iter(found), None)

    async def ends_of(self, tenant_ids: Sequence[str]) -> dict[str, datetime]:
        """Gives when the services of those tenants will end that are to end."""
        table = lifecycle_runs
        query = select(table.c.tenant_id, table.c.service_end_time).where(
            table.c.tenant_id.in_(tenant_ids),
            table.c.kind == RunKind.TERMINATE,
            table.c.state.in_(OPEN),
            table.c.service_end_time.is_not(None),
        )
        found = await self._connection.execute(query)
        return {row.tenant_id: row.service_end_time for row in found}

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int
    ) -> list[LifecycleRun]:
        """Gives at most `limit` runs of a tenant, latest first, from behind `before` on."""
        own = lifecycle_runs.c.tenant_id == tenant_id
        return await self._read(self._rows.latest(own, *self._rows.before(before)).limit(limit))

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which; nobody else does before `lease_end`."""
        return await self._rows.lease(now, lease_end, limit)

    async def save(self, run: LifecycleRun) -> None:
        """Writes a run with its steps; refuses if somebody has taken it up or changed it since."""
        await self._rows.save(_values(run), run.steps)

    async def _read(self, query: Select[Any]) -> list[LifecycleRun]:
        return [_run(head, steps) for head, steps in await self._rows.read(query, StepName)]


def _values(run: LifecycleRun) -> dict[str, Any]:
    return {each.name: getattr(run, each.name) for each in fields(run) if each.name != "steps"}


def _run(row: RowMapping, steps: Sequence[Step[StepName]]) -> LifecycleRun:
    kept = {**row, "kind": RunKind(row["kind"]), "state": RunState(row["state"])}
    return LifecycleRun(**kept, steps=tuple(steps))
