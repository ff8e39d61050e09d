"""Outbox: effects outside a store, written with the change that wants them, done at least once."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of

_ERROR_LENGTH_MAX: Final = 500

_ADD = text(
    "INSERT INTO outbox (outbox_id, kind, payload, create_time, next_attempt_time)"
    " VALUES (:outbox_id, :kind, CAST(:payload AS jsonb), :now, :now)"
)
_GIVE_UP = text(
    "UPDATE outbox SET failed_time = :now, last_error = coalesce(last_error, 'Never finished.')"
    " WHERE done_time IS NULL AND failed_time IS NULL AND next_attempt_time <= :now"
    " AND attempts >= :attempts_max AND kind = ANY(:kinds)"
)
_LEASE = text(
    "UPDATE outbox SET attempts = attempts + 1, next_attempt_time = :lease_end"
    " WHERE (tenant_id, outbox_id) IN ("
    "  SELECT tenant_id, outbox_id FROM outbox"
    "  WHERE done_time IS NULL AND failed_time IS NULL AND next_attempt_time <= :now"
    "  AND attempts < :attempts_max AND kind = ANY(:kinds)"
    "  ORDER BY next_attempt_time LIMIT :batch_size FOR UPDATE SKIP LOCKED)"
    " RETURNING tenant_id, outbox_id, kind, payload::text, create_time, attempts"
)
# `attempts` is the fence: a handler that outlived its lease must not speak for the next one.
_DONE = text(
    "UPDATE outbox SET done_time = :now, last_error = NULL"
    " WHERE tenant_id = :tenant_id AND outbox_id = :outbox_id AND attempts = :attempts"
)
_RETRY = text(
    "UPDATE outbox SET last_error = :error, next_attempt_time = :next,"
    " failed_time = CASE WHEN attempts >= :attempts_max THEN CAST(:now AS timestamptz) END"
    " WHERE tenant_id = :tenant_id AND outbox_id = :outbox_id AND attempts = :attempts"
)
# Some at a time: nobody waits for a table's worth of years.
_FORGET = text(
    "DELETE FROM outbox WHERE (tenant_id, outbox_id) IN ("
    "  SELECT tenant_id, outbox_id FROM outbox"
    "  WHERE done_time < :before AND kind = ANY(:kinds)"
    "  LIMIT :forgotten_max FOR UPDATE SKIP LOCKED)"
)
_FORGET_EVERY: Final = timedelta(hours=1)
_FORGOTTEN_MAX: Final = 5_000


@dataclass(frozen=True, slots=True)
class Intent:
    """An effect to bring about. `outbox_id` is the same at every attempt: effects are keyed by it.

    `tenant_id` is None if an operator transaction wrote it. `attempts` counts from 1.
    """

    outbox_id: uuid.UUID
    tenant_id: str | None
    kind: str
    payload: dict[str, Any]
    create_time: datetime
    attempts: int


Handler = Callable[[Intent], Awaitable[None]]


class Outbox:
    """The intents of one transaction: they are there if, and only if, it commits."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, kind: str, payload: dict[str, Any]) -> uuid.UUID:
        """Records an intent, due at once; `payload` is JSON. Returns its id."""
        outbox_id = uuid.uuid4()
        values = {
            "outbox_id": outbox_id,
            "kind": kind,
            "payload": json.dumps(payload),
            "now": scope_of(self._connection).time,
        }
        await self._connection.execute(_ADD, values)
        return outbox_id


@dataclass(frozen=True, slots=True)
class OutboxOptions:
    """How the runner leases and retries; seconds. Waits double from first to longest.

    What was done is kept for some days, so that it can be looked at.
    """

    batch_size: int = 20
    lease_seconds: float = 60.0
    handler_seconds: float = 45.0
    attempts_max: int = 12
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 3600.0
    kept_days: int = 30

    def wait_seconds(self, attempts: int) -> float:
        """Returns the wait after the attempt numbered `attempts`."""
        exponent = min(attempts - 1, 30)
        return min(self.first_wait_seconds * 2.0**exponent, self.longest_wait_seconds)


DEFAULT_OPTIONS: Final = OutboxOptions()


class OutboxRunner:
    """Brings about the intents of all tenants, each by the handler of its kind.

    A handler runs outside of any transaction and may run again for the same intent: after a
    kill, or when its lease ran out. It raises to be tried again later.
    """

    def __init__(
        self,
        database: Database[Any],
        handlers: Mapping[str, Handler],
        options: OutboxOptions = DEFAULT_OPTIONS,
    ) -> None:
        self._database, self._handlers, self._options = database, dict(handlers), options
        self._forget_time = datetime.min.replace(tzinfo=UTC)

    async def run_due(self) -> int:
        """Handles what is due, one batch. Returns how many intents were attempted."""
        intents = await self._lease()
        # Together, so that the last of a batch does not wait its lease away behind the others.
        async with asyncio.TaskGroup() as group:
            for intent in intents:
                group.create_task(self._handle(intent))
        return len(intents)

    async def run_until_empty(self) -> int:
        """Handles batches until nothing is due. Returns how many attempts that took."""
        total = 0
        while attempted := await self.run_due():
            total += attempted
        return total

    async def _lease(self) -> list[Intent]:
        now, options = self._database.clock.now(), self._options
        values = {
            "now": now,
            "kinds": list(self._handlers),
            "attempts_max": options.attempts_max,
        }
        leased = {
            **values,
            "lease_end": now + timedelta(seconds=options.lease_seconds),
            "batch_size": options.batch_size,
        }
        async with self._database.operator_connection() as connection:
            await connection.execute(_GIVE_UP, values)
            rows = (await connection.execute(_LEASE, leased)).all()
            if now >= self._forget_time:
                await self._forget(connection, now)
        return [_intent(row) for row in rows]

    async def _forget(self, connection: AsyncConnection, now: datetime) -> None:
        """Removes intents of ours that were done long ago; the others stay until they are."""
        values = {
            "before": now - timedelta(days=self._options.kept_days),
            "kinds": list(self._handlers),
            "forgotten_max": _FORGOTTEN_MAX,
        }
        forgotten = (await connection.execute(_FORGET, values)).rowcount
        if forgotten < _FORGOTTEN_MAX:
            self._forget_time = now + _FORGET_EVERY

    async def _attempt(self, intent: Intent) -> None:
        async with asyncio.timeout(self._options.handler_seconds):
            await self._handlers[intent.kind](intent)

    async def _handle(self, intent: Intent) -> None:
        error = await trouble_of(intent.kind, self._attempt(intent))
        now = self._database.clock.now()
        key = {
            "tenant_id": intent.tenant_id or "",
            "outbox_id": intent.outbox_id,
            "attempts": intent.attempts,
            "now": now,
        }
        async with self._database.operator_connection() as connection:
            if error is None:
                await connection.execute(_DONE, key)
                return
            wait = timedelta(seconds=self._options.wait_seconds(intent.attempts))
            again = {
                **key,
                "error": f"{type(error).__name__}: {error}"[:_ERROR_LENGTH_MAX],
                "next": now + wait,
                "attempts_max": self._options.attempts_max,
            }
            await connection.execute(_RETRY, again)


def _intent(row: Row[Any]) -> Intent:
    return Intent(
        outbox_id=row.outbox_id,
        tenant_id=row.tenant_id or None,
        kind=row.kind,
        payload=json.loads(row.payload),
        create_time=row.create_time,
        attempts=row.attempts,
    )
