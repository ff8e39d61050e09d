"""Stores a batch of calls, each exactly once, for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from services.kit.db.transaction import Database
from services.kit.telemetry import counter, histogram
from services.usage.domain.batch_check import check
from services.usage.domain.calls import BatchOutcome, Columns, start_seconds
from services.usage.domain.histogram import Movement, Place, movement
from services.usage.domain.local_dates import BUCKET_SECONDS, local_dates
from services.usage.domain.zones import Zones
from services.usage.store import UsageStore
from services.usage.store.call_events import CallEvents
from services.usage.store.ingest import Ingest
from services.usage.store.ingest_state import IngestState
from services.usage.store.partitions import CallPartitions
from services.usage.usecases.zone_book import ZoneBook

Turn = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls of one tenant, whose days begin in `time_zone`."""

    tenant_id: str
    time_zone: str
    columns: Columns


class CallRecorder:
    """Stores batches of calls."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db
        self._zone_book = ZoneBook(db)
        self._partitions = CallPartitions(db)
        self._calls = counter("usage.calls", "{call}", "Calls received, by what became of them.")
        self._seconds = histogram("usage.batch.duration", "s", "How long batches took to store.")

    async def record(self, batch: Batch, turn: Turn) -> BatchOutcome:
        """Stores a batch in one transaction; refuses with INVALID_REQUEST what is not sound.

        Takes the batch in at once, but waits for `turn` before it changes anything, so that the
        next batch of a stream is taken in while the one before it is being stored.
        """
        started = time.perf_counter()
        now = int(self._db.clock.now().timestamp())
        placed = await asyncio.to_thread(_place, batch, now, await self._zone_book.zones())
        await self._partitions.ensure(placed.months)
        async with self._db.raw_connection(batch.tenant_id) as connection:
            ingest = Ingest(connection, batch.tenant_id)
            await ingest.stage(placed.rows())
            await turn()
            state = IngestState(connection, batch.tenant_id)
            stored_time = await state.next_stored_time(self._db.clock.now())
            known_ids = await ingest.known_ids(placed.ids)
            outcome = await _store(ingest, stored_time, placed, known_ids)
            events = CallEvents(connection, batch.tenant_id)
            await events.add_staged(known_ids, stored_time)
        self._measure(outcome, time.perf_counter() - started)
        return outcome

    def _measure(self, outcome: BatchOutcome, seconds: float) -> None:
        self._calls.add(outcome.inserted_count, {"outcome": "inserted"})
        self._calls.add(outcome.revised_count, {"outcome": "revised"})
        self._calls.add(outcome.unchanged_count, {"outcome": "unchanged"})
        self._seconds.record(seconds)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sound batch, and where its calls stand in the histogram."""

    columns: Columns
    ids: Set[str]
    days: Sequence[date]
    zones: Sequence[str]
    months: set[date]
    # Of the whole batch, as if all of it were new: nearly always it is.
    moved: Movement

    def rows(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.columns, self.days, self.zones, strict=True)

    def but(self, known_ids: Set[str]) -> list[Place]:
        places = zip(
            self.columns.call_id, _places(self.columns, self.days, self.zones), strict=True
        )
        return [place for call_id, place in places if call_id not in known_ids]


def _place(batch: Batch, now: int, zones_now: Zones) -> _Placed:
    columns = batch.columns
    check(columns, now)
    seconds = start_seconds(columns)
    dates = local_dates(batch.time_zone)
    days = [dates[second // BUCKET_SECONDS] for second in seconds]
    zones = zones_now.zones_of(columns.called_number)
    moved = movement(_places(columns, days, zones), [])
    return _Placed(columns, frozenset(columns.call_id), days, zones, _months(seconds), moved)


def _places(columns: Columns, days: Sequence[date], zones: Sequence[str]) -> Iterator[Place]:
    # Plain tuples, which Place is too: making ten thousand of its own would be felt.
    return zip(  # type: ignore[return-value]
        days,
        columns.direction,
        zones,
        columns.route,
        columns.billable_seconds,
        map(bool, columns.answer_time_millis),
        strict=True,
    )


async def _store(
    ingest: Ingest, stored_time: datetime, placed: _Placed, known_ids: Set[str]
) -> BatchOutcome:
    size = len(placed.days)
    if not known_ids:
        await ingest.store_new(placed.moved, stored_time)
        return BatchOutcome(size, 0, 0)
    revised_count, corrections = await ingest.revise(stored_time)
    if len(known_ids) < size:
        await ingest.insert_unknown()
    arrived = placed.but(known_ids) + [after for _, after in corrections]
    await ingest.move(movement(arrived, [before for before, _ in corrections]), stored_time)
    return BatchOutcome(size - len(known_ids), revised_count, len(known_ids) - revised_count)


def _months(seconds: Sequence[int]) -> set[date]:
    days = {second // 86_400 for second in seconds}
    return {datetime.fromtimestamp(day * 86_400, UTC).date().replace(day=1) for day in days}
