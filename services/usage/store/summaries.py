"""Reads the usage of months, each in one round trip."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import asyncpg

from services.kit.db.scope import checked_tenant_id
from services.kit.db.troubles import refusals_for_troubles
from services.kit.db.urls import driver_dsn
from services.usage.domain.measurement import Meter
from services.usage.domain.quantities import Span
from services.usage.domain.summary import Day, Summary

_SUMMARY: Final = "SELECT * FROM usage_summary($1, $2, $3, $4)"
_CONNECTIONS: Final = 4
_TIMEOUT_SECONDS: Final = 5
_SETTINGS: Final = {
    "application_name": "veneer-usage-summaries",
    "TimeZone": "UTC",
    "statement_timeout": f"{_TIMEOUT_SECONDS}s",
}


class Summaries:
    """The months of all tenants, read for one at a time.

    Has connections of its own, outside of `Database`: the function in the store opens the tenant
    for the one statement that is its transaction.
    """

    def __init__(self, url: str) -> None:
        self._dsn = driver_dsn(url)
        self._opening = asyncio.Lock()
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def of_span(self, tenant_id: str, span: Span) -> Summary:
        """Gives the usage of a month, in one statement, so all of one moment."""
        with refusals_for_troubles():
            pool = self._pool or await self._open()
            row = await pool.fetchrow(
                _SUMMARY,
                checked_tenant_id(tenant_id),
                span.start_date,
                span.end_date,
                Meter.DID_DAYS,
            )
        assert row is not None, "the function gives exactly one row"
        stored_time, did_count, *columns = row
        return Summary(
            days=[Day(*day) for day in zip(*columns, strict=True)] if columns[0] else [],
            did_count=did_count,
            # Whoever is storing now will store after this instant; all others have stored.
            as_of_time=stored_time and stored_time + timedelta(microseconds=1),
        )

    async def close(self) -> None:
        """Closes all connections."""
        if self._pool is not None:
            await self._pool.close()

    async def _open(self) -> asyncpg.Pool[asyncpg.Record]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._dsn,
                    min_size=0,
                    max_size=_CONNECTIONS,
                    timeout=_TIMEOUT_SECONDS,
                    connection_class=_Connection,
                    server_settings=_SETTINGS,
                )
            return self._pool


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that keeps nothing from one statement to the next."""

    def get_reset_query(self) -> str:
        # The usual one is a round trip, and resets what is never set here.
        return ""
