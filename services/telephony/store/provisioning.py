"""Runs of provisioning, their steps, and the journal of what they meant to do and did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import NotFound
from services.telephony.domain.provisioning.run import (
    AlreadyProvisioned,
    Run,
    RunState,
    RunStep,
    StepState,
)
from services.telephony.domain.provisioning.setup import Setup
from services.telephony.store.provisioning_tables import (
    dialer_drifts,
    provisioning_journal,
    provisioning_runs,
    provisioning_steps,
)
from services.telephony.store.tables_clients import client_agents, client_campaigns
from services.telephony.store.tables_leads import (
    dnc_numbers,
    lead_lists,
    lead_upload_faults,
    lead_upload_pieces,
    lead_uploads,
)

_OPEN = (RunState.RUNNING, RunState.UNDOING)


class ProvisioningRuns:
    """Runs that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, run: Run) -> None:
        """Adds a run with its steps; refuses with TENANT_PROVISIONED while there is another."""
        standing = (*_OPEN, RunState.FAILED, RunState.SUCCEEDED)
        query = select(provisioning_runs.c.run_id).where(
            provisioning_runs.c.tenant_id == run.tenant_id, provisioning_runs.c.state.in_(standing)
        )
        if (await self._connection.execute(query)).first() is not None:
            raise AlreadyProvisioned("The tenant has a run that is not undone.")
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(provisioning_runs).values(_values(run)))
        except IntegrityError as error:
            raise AlreadyProvisioned("The tenant has a run that is not undone.") from error
        for step in run.steps:
            await self.save_step(run, step)

    async def get(self, tenant_id: str, run_id: str) -> Run:
        """Gives a run with its steps; refuses with RESOURCE_NOT_FOUND."""
        query = select(provisioning_runs).where(
            provisioning_runs.c.tenant_id == tenant_id, provisioning_runs.c.run_id == run_id
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/provisioningRuns/{run_id}")
        return _run(row, await self._steps(tenant_id, run_id))

    async def lock(self, tenant_id: str, run_id: str) -> Run:
        """Gives a run, to be changed by this transaction alone."""
        await self._connection.execute(
            select(provisioning_runs.c.run_id)
            .where(provisioning_runs.c.tenant_id == tenant_id, provisioning_runs.c.run_id == run_id)
            .with_for_update()
        )
        return await self.get(tenant_id, run_id)

    async def list_before(
        self, tenant_id: str, before: tuple[datetime, str] | None, limit: int
    ) -> list[Run]:
        """Gives a tenant's runs without their steps, newest first, those after a place."""
        table = provisioning_runs
        query = select(table).where(table.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(
                (table.c.create_time < before[0])
                | ((table.c.create_time == before[0]) & (table.c.run_id < before[1]))
            )
        query = query.order_by(table.c.create_time.desc(), table.c.run_id.desc()).limit(limit)
        return [_run(row, ()) for row in await self._connection.execute(query)]

    async def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Gives runs that go on now, as (tenant, run)."""
        table = provisioning_runs
        query = (
            select(table.c.tenant_id, table.c.run_id)
            .where(table.c.state.in_(_OPEN), table.c.next_attempt_time <= now)
            .order_by(table.c.next_attempt_time)
            .limit(limit)
        )
        return [(row.tenant_id, row.run_id) for row in await self._connection.execute(query)]

    async def save(self, run: Run) -> None:
        """Writes a run without its steps."""
        await self._connection.execute(
            update(provisioning_runs)
            .where(
                provisioning_runs.c.tenant_id == run.tenant_id,
                provisioning_runs.c.run_id == run.run_id,
            )
            .values(_values(run))
        )

    async def save_step(self, run: Run, step: RunStep) -> None:
        """Writes a step."""
        values = {
            "name": step.name,
            "state": step.state.value,
            "trouble": step.trouble,
            "start_time": step.start_time,
            "end_time": step.end_time,
        }
        key = {"tenant_id": run.tenant_id, "run_id": run.run_id, "position": step.position}
        await self._connection.execute(
            postgresql.insert(provisioning_steps)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def note(self, run: Run, step: str, event: str, details: Iterable[str]) -> None:
        """Adds entries to the run's journal."""
        texts = list(details)
        if not texts:
            return
        table = provisioning_journal
        last = (
            await self._connection.execute(
                select(func.coalesce(func.max(table.c.entry_number), 0)).where(
                    table.c.tenant_id == run.tenant_id, table.c.run_id == run.run_id
                )
            )
        ).scalar_one()
        now = scope_of(self._connection).time
        rows = [
            {"tenant_id": run.tenant_id, "run_id": run.run_id, "entry_number": last + number,
             "step": step, "event": event, "detail": text[:300], "create_time": now}
            for number, text in enumerate(texts, start=1)
        ]  # fmt: skip
        await self._connection.execute(insert(table), rows)

    async def forget_clients(self, tenant_id: str) -> None:
        """Forgets what a tenant that has left the dialer had made in it, and its drifts."""
        leads = (lead_upload_faults, lead_upload_pieces, lead_uploads, lead_lists, dnc_numbers)
        for table in (*leads, client_campaigns, client_agents, dialer_drifts):
            await self._connection.execute(delete(table).where(table.c.tenant_id == tenant_id))

    async def _steps(self, tenant_id: str, run_id: str) -> tuple[RunStep, ...]:
        table = provisioning_steps
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.run_id == run_id)
        rows = await self._connection.execute(query.order_by(table.c.position))
        return tuple(
            RunStep(row.position, row.name, StepState(row.state), row.trouble, row.start_time,
                    row.end_time)
            for row in rows
        )  # fmt: skip


def _values(run: Run) -> dict[str, Any]:
    return {
        "tenant_id": run.tenant_id,
        "run_id": run.run_id,
        "state": run.state.value,
        "setup": run.setup.as_json(),
        "attempts": run.attempts,
        "trouble": run.trouble,
        "create_time": run.create_time,
        "next_attempt_time": run.next_attempt_time,
        "end_time": run.end_time,
    }


def _run(row: Row[Any], steps: tuple[RunStep, ...]) -> Run:
    return Run(
        tenant_id=row.tenant_id,
        run_id=row.run_id,
        state=RunState(row.state),
        setup=Setup.from_json(row.setup),
        create_time=row.create_time,
        next_attempt_time=row.next_attempt_time,
        attempts=row.attempts,
        trouble=row.trouble,
        end_time=row.end_time,
        steps=steps,
    )
