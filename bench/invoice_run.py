"""Invoicing a month of all clients: the time for each, however many there are and have called."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import asyncpg

from bench.figure import Figure
from services.billing.domain.invoice_run import InvoiceRun, TaskState
from services.billing.domain.month import Month
from services.billing.partners.directory import Directory
from services.billing.partners.usage import Usage
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.worker.invoice_runs import InvoiceRunner
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.urls import driver_dsn
from services.usage.__main__ import services as usage_services
from services.usage.store import UsageStore
from services.usage.store.summaries import Summaries
from tests.support.builders.billing import a_price_book
from tests.support.mesh import mesh, serving
from tests.support.postgres import ServiceDatabase, service_database
from tests.support.simulators.directory import DirectorySimulator

_MONTH: Final = Month(2025, 10)
_NOW: Final = datetime(2025, 11, 3, tzinfo=UTC)
_CLIENTS: Final = 1000
_FEWER: Final = 250
_CALLS: Final = 100_000
# Each day has calls of so many different durations.
_DURATIONS: Final = 40
# Single runs on a shared machine are noisy.
_GROWTH_MAX: Final = 1.25


def measure() -> list[Figure]:
    """Runs billing and usage over their stores: few clients, many, few with ten times the calls.

    Each run drafts, issues, numbers and typesets an invoice for every client.
    """
    few, many, busy = asyncio.run(_seconds_a_client())
    name = "invoice run, a client's share"
    return [
        Figure(
            f"invoice run of {_CLIENTS:,} clients of {_CALLS:,} calls", "s", many * _CLIENTS, 0, 0
        ),
        _grows_at_most(f"{name}: with four times the clients", many, few),
        _grows_at_most(f"{name}: with ten times the calls", busy, few),
    ]


def _grows_at_most(name: str, ours: float, reference: float) -> Figure:
    ratio = ours / reference
    promise = f"at most {_GROWTH_MAX:g}"
    return Figure(name, "ms", ours * 1000, reference * 1000, ratio, promise, ratio <= _GROWTH_MAX)


async def _seconds_a_client() -> tuple[float, float, float]:
    async with _bench() as bench:
        # The first, which fills the caches, is not counted.
        await bench.seconds_to_run("warm", 20, _CALLS)
        few = await bench.seconds_to_run("few", _FEWER, _CALLS)
        busy = await bench.seconds_to_run("busy", _FEWER, 10 * _CALLS)
        many = await bench.seconds_to_run("many", _CLIENTS, _CALLS)
    return few / _FEWER, many / _CLIENTS, busy / _FEWER


class _Bench:
    """A running usage, and what a billing needs beside it."""

    def __init__(self, billing: ServiceDatabase, usage: ServiceDatabase, stack: AsyncExitStack):
        self._billing, self._usage, self._stack = billing, usage, stack
        self._clock = MovableClock(_NOW)

    async def start(self) -> None:
        """Serves usage, and opens billing's store."""
        url = self._usage.service_url
        usage = create_database(url, "usage", UsageStore, self._clock)
        self._stack.push_async_callback(usage.dispose)
        served = usage_services(usage, Summaries(url))
        server = await self._stack.enter_async_context(serving("usage", served, self._clock))
        self._to_usage = await self._stack.enter_async_context(
            mesh().channel(server.port, "usage", identity="billing")
        )
        self._db = create_database(self._billing.service_url, "billing", BillingStore, self._clock)
        self._stack.push_async_callback(self._db.dispose)

    async def seconds_to_run(self, name: str, clients: int, calls: int) -> float:
        """Invoices the month of so many new clients with so many calls each."""
        ids = [f"{name}-{number:05}" for number in range(clients)]
        await self._store_calls(ids, calls)
        async with self._directory(ids) as desk:
            await self._prepare(name, ids)
            started = time.perf_counter()
            await InvoiceRunner(desk).run_until_empty()
            seconds = time.perf_counter() - started
        async with self._db.operator_read() as store:
            progress = await store.invoice_runs.find(name)
        if progress is None or progress.counts != {TaskState.ISSUED: clients}:
            raise SystemExit(f"not all invoices were issued: {progress}")
        return seconds

    @asynccontextmanager
    async def _directory(self, ids: list[str]) -> AsyncIterator[Desk]:
        directory = DirectorySimulator()
        for tenant_id in ids:
            directory.add(tenant_id)
        async with (
            serving("tenancy", [directory.service], self._clock) as server,
            mesh().channel(server.port, "tenancy", identity="billing") as channel,
        ):
            usage, known = Usage(self._to_usage), Directory(channel, self._clock)
            yield Desk(self._db, self._clock, usage, known)

    async def _prepare(self, name: str, ids: list[str]) -> None:
        book = a_price_book()
        async with self._db.operator_transaction() as store:
            for tenant_id in ids:
                await store.price_books.add(replace(book, tenant_id=tenant_id))
            run = InvoiceRun(name, _MONTH, is_issuing=True, is_scheduled=False, create_time=_NOW)
            await store.invoice_runs.add(run)
            await store.invoice_runs.add_tasks(name, ((each, _NOW) for each in ids), _NOW)

    async def _store_calls(self, ids: list[str], calls: int) -> None:
        days = [_MONTH.first_date + timedelta(days=day) for day in range(31)]
        bars = _bars(days, calls)
        connection = await asyncpg.connect(driver_dsn(self._usage.admin_url))
        try:
            for tenant_id in ids:
                rows = [(tenant_id, *bar) for bar in bars]
                await connection.copy_records_to_table("histogram", records=rows)
            await connection.execute("ANALYZE histogram")
        finally:
            await connection.close()


def _bars(days: list[date], calls: int) -> list[tuple[date, int, str, str, int, int]]:
    """Gives the month's bars: day, direction, zone, route, seconds and calls."""
    each, left = divmod(calls, len(days) * _DURATIONS)
    bars = [
        (day, 1, "US", "r1", 7 + 9 * number, each) for day in days for number in range(_DURATIONS)
    ]
    return [*bars, (days[0], 1, "US", "r1", 5, left)]


@asynccontextmanager
async def _bench() -> AsyncIterator[_Bench]:
    async with AsyncExitStack() as stack:
        billing = await stack.enter_async_context(service_database("billing"))
        usage = await stack.enter_async_context(service_database("usage"))
        bench = _Bench(billing, usage, stack)
        await bench.start()
        yield bench
