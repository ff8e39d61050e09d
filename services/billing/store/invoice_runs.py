"""Reads and writes invoice runs: which there are, what they have to do, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.invoice_run import (
    InvoiceRun,
    Mode,
    Outcome,
    RunPolicy,
    RunProgress,
    Task,
    TaskState,
)
from services.billing.domain.month import Month
from services.billing.store.tables_runs import (
    invoice_run_policies,
    invoice_run_tasks,
    invoice_runs,
)

# Earlier months first: what they are billed for is not billed as a difference then.
_LEASE = text("""
UPDATE invoice_run_tasks SET attempts = attempts + 1, next_attempt_time = :lease_end
WHERE (tenant_id, run_id) IN (
  SELECT tenant_id, run_id FROM invoice_run_tasks
  WHERE state = 'PENDING' AND next_attempt_time <= :now
  ORDER BY next_attempt_time, run_id, tenant_id LIMIT :batch_size FOR UPDATE SKIP LOCKED)
RETURNING tenant_id, run_id
""")
_TASKS = select(
    invoice_run_tasks,
    invoice_runs.c.month,
    invoice_runs.c.is_issuing,
    invoice_runs.c.is_scheduled,
    invoice_runs.c.create_time,
).select_from(invoice_run_tasks.join(invoice_runs))


class InvoiceRuns:
    """The runs; in operator transactions alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def policy(self) -> RunPolicy | None:
        """Gives what holds now, None if nobody has ever said."""
        query = select(invoice_run_policies).order_by(invoice_run_policies.c.set_time.desc())
        row = (await self._connection.execute(query.limit(1))).mappings().first()
        if row is None:
            return None
        grace = timedelta(seconds=row["grace_seconds"])
        return RunPolicy(Mode(row["mode"]), grace, row["set_by"], row["set_time"])

    async def add_policy(self, policy: RunPolicy) -> None:
        """Adds what holds from now on."""
        await self._connection.execute(
            insert(invoice_run_policies).values(
                mode=policy.mode,
                grace_seconds=int(policy.grace.total_seconds()),
                set_by=policy.set_by,
                set_time=policy.set_time,
            )
        )

    async def add(self, run: InvoiceRun) -> None:
        """Adds a run, unless there is one of its id."""
        values = {
            "run_id": run.run_id,
            "month": str(run.month),
            "is_issuing": run.is_issuing,
            "is_scheduled": run.is_scheduled,
            "create_time": run.create_time,
        }
        await self._connection.execute(
            upsert(invoice_runs).values(**values).on_conflict_do_nothing()
        )

    async def add_tasks(
        self, run_id: str, due: Iterable[tuple[str, datetime]], now: datetime
    ) -> None:
        """Adds what a run has to do, by tenant with the time when; what it has already stays."""
        rows: list[dict[str, Any]] = [
            {
                "tenant_id": tenant_id,
                "run_id": run_id,
                "state": TaskState.PENDING,
                "reasons": [],
                "message": "",
                "attempts": 0,
                "next_attempt_time": due_time,
                "update_time": now,
            }
            for tenant_id, due_time in due
        ]
        if rows:
            adding = upsert(invoice_run_tasks).on_conflict_do_nothing()
            await self._connection.execute(adding, rows)

    async def lease(self, now: datetime, lease_end: datetime, batch_size: int) -> list[Task]:
        """Takes tasks that are due; they are nobody else's until the lease ends."""
        values = {"now": now, "lease_end": lease_end, "batch_size": batch_size}
        keys = [tuple(row) for row in await self._connection.execute(_LEASE, values)]
        if not keys:
            return []
        which = tuple_(invoice_run_tasks.c.tenant_id, invoice_run_tasks.c.run_id).in_(keys)
        return [
            _task(row) for row in (await self._connection.execute(_TASKS.where(which))).mappings()
        ]

    async def finish(self, task: Task, outcome: Outcome, now: datetime) -> bool:
        """Keeps what came of a task; False if its lease has gone to somebody else."""
        values = {
            "state": outcome.state,
            "reasons": list(outcome.reasons),
            "message": outcome.message,
            "update_time": now,
        }
        return await self._change(task, values)

    async def put_off(self, task: Task, message: str, until: datetime, now: datetime) -> bool:
        """Leaves a task for later."""
        values = {"message": message, "next_attempt_time": until, "update_time": now}
        return await self._change(task, values)

    async def find(self, run_id: str) -> RunProgress | None:
        """Gives a run with its progress, or None."""
        found = await self._progress(select(invoice_runs).where(invoice_runs.c.run_id == run_id))
        return found[0] if found else None

    async def list_before(
        self, before: tuple[datetime, str] | None, limit: int
    ) -> list[RunProgress]:
        """Gives at most `limit` runs, latest first, from behind `before` on."""
        key = (invoice_runs.c.create_time, invoice_runs.c.run_id)
        query = select(invoice_runs).order_by(*(column.desc() for column in key)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*key) < before)
        return await self._progress(query)

    async def tasks(
        self, run_id: str, after: str, limit: int, state: TaskState | None = None
    ) -> list[Task]:
        """Gives at most `limit` tasks of a run, by tenant, from behind `after` on."""
        query = _TASKS.where(
            invoice_run_tasks.c.run_id == run_id, invoice_run_tasks.c.tenant_id > after
        )
        if state is not None:
            query = query.where(invoice_run_tasks.c.state == state)
        query = query.order_by(invoice_run_tasks.c.tenant_id).limit(limit)
        return [_task(row) for row in (await self._connection.execute(query)).mappings()]

    async def _change(self, task: Task, values: dict[str, Any]) -> bool:
        changing = update(invoice_run_tasks).where(
            invoice_run_tasks.c.tenant_id == task.tenant_id,
            invoice_run_tasks.c.run_id == task.run.run_id,
            invoice_run_tasks.c.state == TaskState.PENDING,
            invoice_run_tasks.c.attempts == task.attempts,
        )
        return (await self._connection.execute(changing.values(**values))).rowcount == 1

    async def _progress(self, query: Any) -> list[RunProgress]:
        runs = [_run(row) for row in (await self._connection.execute(query)).mappings()]
        tasks = invoice_run_tasks.c
        counted = select(tasks.run_id, tasks.state, func.count().label("count"))
        counted = counted.where(tasks.run_id.in_([run.run_id for run in runs]))
        counts: dict[str, dict[TaskState, int]] = {run.run_id: {} for run in runs}
        rows: Sequence[Any] = (
            await self._connection.execute(counted.group_by(tasks.run_id, tasks.state))
        ).all()
        for row in rows:
            counts[row.run_id][TaskState(row.state)] = row.count
        return [RunProgress(run, counts[run.run_id]) for run in runs]


def _run(row: RowMapping) -> InvoiceRun:
    return InvoiceRun(
        run_id=row["run_id"],
        month=Month.parse(row["month"], "month"),
        is_issuing=row["is_issuing"],
        is_scheduled=row["is_scheduled"],
        create_time=row["create_time"],
    )


def _task(row: RowMapping) -> Task:
    return Task(
        tenant_id=row["tenant_id"],
        run=_run(row),
        attempts=row["attempts"],
        outcome=Outcome(TaskState(row["state"]), tuple(row["reasons"]), row["message"]),
        update_time=row["update_time"],
    )
