"""Reads and writes the rows of durable runs of one kind, and of their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Generic

from sqlalchemy import (
    BindParameter,
    RowMapping,
    Select,
    Table,
    bindparam,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.kit.errors import Aborted
from services.tenancy.domain.durable_run import Name, Step, StepState

_CHANGED: Final = ("state", "trouble", "start_time", "end_time")


class RunRows(Generic[Name]):
    """The rows that the transaction may see; `going` are the states of runs to take up."""

    def __init__(
        self, connection: AsyncConnection, tables: tuple[Table, Table], going: Sequence[str]
    ) -> None:
        self._connection, (self._runs, self._steps), self._going = connection, tables, going

    async def add(self, values: Mapping[str, Any], steps: Sequence[Step[Name]]) -> None:
        """Adds a run with its steps."""
        await self._connection.execute(insert(self._runs).values(values))
        await self._save_steps(values, steps)

    async def save(self, values: Mapping[str, Any], steps: Sequence[Step[Name]]) -> None:
        """Writes a run with its steps; refuses if somebody has taken it up or changed it since."""
        runs = self._runs.c
        written = await self._connection.execute(
            update(self._runs)
            .where(runs.tenant_id == values["tenant_id"], runs.run_id == values["run_id"])
            .where(runs.lease <= values["lease"])
            .values(values)
        )
        if written.rowcount != 1:
            raise Aborted("The run was taken up by somebody else.")
        await self._save_steps(values, steps)

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which; nobody else does before `lease_end`."""
        runs = self._runs.c
        # In the statement itself, or the index of what is going is of no use.
        going: BindParameter[Any] = bindparam(
            "going", list(self._going), expanding=True, literal_execute=True
        )
        due = (
            select(runs.tenant_id, runs.run_id)
            .where(runs.state.in_(going), runs.next_attempt_time <= now)
            .order_by(runs.next_attempt_time)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = await self._connection.execute(
            update(self._runs)
            .where(tuple_(runs.tenant_id, runs.run_id).in_(due))
            .values(lease=runs.lease + 1, next_attempt_time=lease_end)
            .returning(runs.tenant_id, runs.run_id)
        )
        return [(row.tenant_id, row.run_id) for row in leased]

    def latest(self, *where: Any) -> Select[Any]:
        """Gives a query for runs, latest first."""
        runs = self._runs.c
        return (
            select(self._runs).where(*where).order_by(runs.create_time.desc(), runs.run_id.desc())
        )

    def before(self, place: Place | None) -> tuple[Any, ...]:
        """Gives the condition that a run comes behind a place; all do behind none."""
        runs = self._runs.c
        return (tuple_(runs.create_time, runs.run_id) < place,) if place is not None else ()

    async def read(
        self, query: Select[Any], names: type[Name]
    ) -> list[tuple[RowMapping, tuple[Step[Name], ...]]]:
        """Gives the runs of a query, each with its steps in order."""
        heads = list((await self._connection.execute(query)).mappings())
        found: dict[str, list[Step[Name]]] = {head["run_id"]: [] for head in heads}
        rows = (
            select(self._steps)
            .where(self._steps.c.run_id.in_(found))
            .order_by(self._steps.c.position)
        )
        for row in (await self._connection.execute(rows)).mappings():
            found[row["run_id"]].append(_step(row, names))
        return [(head, tuple(found[head["run_id"]])) for head in heads]

    async def _save_steps(self, values: Mapping[str, Any], steps: Sequence[Step[Name]]) -> None:
        key = {"tenant_id": values["tenant_id"], "run_id": values["run_id"]}
        rows = [
            {**key, "position": position, **asdict(step)} for position, step in enumerate(steps)
        ]
        saved = postgresql.insert(self._steps)
        await self._connection.execute(
            saved.on_conflict_do_update(
                index_elements=["tenant_id", "run_id", "position"],
                set_={name: saved.excluded[name] for name in _CHANGED},
            ),
            rows,
        )


def _step(row: RowMapping, names: type[Name]) -> Step[Name]:
    return Step(
        name=names(row["name"]),
        state=StepState(row["state"]),
        trouble=row["trouble"],
        start_time=row["start_time"],
        end_time=row["end_time"],
    )
