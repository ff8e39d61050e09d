"""Figures of a store: what is in it now, read at intervals and shown as metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from opentelemetry.metrics import Observation
from sqlalchemy import text

from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.telemetry import is_measuring, observe

LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, by a statement that sees all tenants.

    `query` gives one row with the value or, with a `label`, rows of the label's value and the
    value; `:now` is the time by our clock. A label is never a tenant, a person or a number: a
    dashboard is looked at by more people than a client's data. `unit` is in UCUM.
    """

    name: str
    unit: str
    description: str
    query: str
    label: str | None = None


# Of every store: kit keeps the outbox.
OUTBOX_FIGURES = (
    Figure(
        "outbox.oldest.wait",
        "s",
        "How long the oldest intent that is due has been there.",
        "SELECT coalesce(extract(epoch FROM :now - min(create_time)), 0) FROM outbox"
        " WHERE done_time IS NULL AND failed_time IS NULL",
    ),
    Figure(
        "outbox.given_up",
        "{intent}",
        "Intents that were tried as often as is allowed.",
        "SELECT count(*) FROM outbox WHERE failed_time IS NOT NULL AND done_time IS NULL",
    ),
)


class FigureWatch:
    """Reads a store's figures at intervals, in one transaction; every replica shows the same.

    What could not be read is not shown: an old figure would look like a new one.
    """

    def __init__(self, database: Database[Any], figures: Sequence[Figure]) -> None:
        self._database = database
        self._figures = (*figures, *OUTBOX_FIGURES)
        self._seen: dict[str, list[Observation]] = {}
        self._seen_at = time.monotonic()

    async def run(self) -> None:
        """Looks until it is cancelled; returns at once where nothing is measured."""
        if not is_measuring():
            return
        for figure in self._figures:
            read = partial(self._shown, figure.name)
            observe(figure.name, figure.unit, figure.description, read)
        observe("store.figures.age", "s", "How long ago the store was last read.", self._age)
        observe("db.pool.used", "{connection}", "Connections to the store in use.", self._used)
        observe("db.pool.max", "{connection}", "Connections to the store at most.", self._most)
        await run_every(LOOK_SECONDS, self.look, asyncio.Event())

    async def look(self) -> None:
        """Reads all figures once."""
        self._seen = {}
        seen: dict[str, list[Observation]] = {}
        async with self._database.operator_connection() as connection:
            for figure in self._figures:
                now = {"now": self._database.clock.now()} if ":now" in figure.query else {}
                rows = (await connection.execute(text(figure.query), now)).all()
                seen[figure.name] = [_observation(figure, tuple(row)) for row in rows]
        self._seen, self._seen_at = seen, time.monotonic()

    def values(self, name: str) -> dict[str, float]:
        """Gives what the last look saw of a figure, by label; without one the label is empty."""
        return {
            next(iter((each.attributes or {}).values()), ""): float(each.value)  # type: ignore[misc]
            for each in self._shown(name)
        }

    def _shown(self, name: str) -> Iterable[Observation]:
        return self._seen.get(name, [])

    def _age(self) -> Iterable[Observation]:
        return [Observation(time.monotonic() - self._seen_at)]

    def _used(self) -> Iterable[Observation]:
        return [Observation(self._database.connections_used())]

    def _most(self) -> Iterable[Observation]:
        return [Observation(self._database.connections_max())]


def _observation(figure: Figure, row: tuple[Any, ...]) -> Observation:
    if figure.label is None:
        return Observation(float(row[0]))
    return Observation(float(row[1]), {figure.label: str(row[0])})
