"""Leases: one replica at a time does a named job."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.kit.db.transaction import Database

_ACQUIRE = text(
    "INSERT INTO job_leases AS held (name, holder, until) VALUES (:name, :holder, :until)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
    " WHERE held.until <= :now OR held.holder = excluded.holder RETURNING 1"
)
_RELEASE = text(
    "UPDATE job_leases SET until = :now WHERE name = :name AND holder = :holder AND until > :now"
)


class Leases:
    """Leases that `holder` (this replica, by a name no other has) takes and gives back."""

    def __init__(self, database: Database[Any], holder: str) -> None:
        self._database, self._holder = database, holder

    async def acquire(self, name: str, seconds: float) -> bool:
        """Takes or renews the lease `name` for `seconds`; False while another replica holds it."""
        now = self._database.clock.now()
        until = now + timedelta(seconds=seconds)
        values = {"name": name, "holder": self._holder, "now": now, "until": until}
        async with self._database.operator_connection() as connection:
            return (await connection.execute(_ACQUIRE, values)).first() is not None

    async def release(self, name: str) -> None:
        """Gives the lease back before its time."""
        values = {"name": name, "holder": self._holder, "now": self._database.clock.now()}
        async with self._database.operator_connection() as connection:
            await connection.execute(_RELEASE, values)

    @asynccontextmanager
    async def held(self, name: str, seconds: float) -> AsyncIterator[bool]:
        """Yields whether the lease `name` is ours, and gives it back at the end."""
        is_ours = await self.acquire(name, seconds)
        try:
            yield is_ours
        finally:
            if is_ours:
                await self.release(name)

    def guard(
        self, name: str, seconds: float, function: Callable[[], Awaitable[object]]
    ) -> Callable[[], Awaitable[None]]:
        """Returns `function` for `run_every`, done only by the replica that gets the lease `name`.

        It is cancelled when it takes longer than the lease of `seconds` lasts.
        """

        async def guarded() -> None:
            async with self.held(name, seconds) as is_ours:
                if is_ours:
                    async with asyncio.timeout(seconds):
                        await function()

        guarded.__qualname__ = name
        return guarded
