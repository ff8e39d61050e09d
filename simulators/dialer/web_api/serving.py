"""Runs the web API and the agent page as a program beside the rest of the simulator."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from simulators.dialer.agent_page.app import AgentPage
from simulators.dialer.agent_page.logins import TableLogins
from simulators.dialer.tables.connection import connect
from simulators.dialer.tables.writing import create_tables
from simulators.dialer.web_api.app import PATH, Habits, WebApi
from simulators.dialer.web_api.database import TableDatabase
from simulators.dialer.web_api.standing import Standing, write_standing_rows


@dataclass(frozen=True)
class ServeOptions:
    """Where it listens (port 0: any), on which database, and who may use it."""

    database_url: str
    standing: Standing
    host: str = "127.0.0.1"
    port: int = 0


@asynccontextmanager
async def serving(options: ServeOptions, habits: Habits | None = None) -> AsyncIterator[str]:
    """Serves; yields the page's address."""
    connection = await asyncio.to_thread(connect, options.database_url)
    await asyncio.to_thread(create_tables, connection)
    connection.close()
    db = await TableDatabase.open(options.database_url)
    try:
        await write_standing_rows(db, options.standing)
        application = WebApi(db, habits).application()
        AgentPage(TableLogins(db)).add_to(application)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, options.host, options.port)
            await site.start()
            host, port = runner.addresses[0][:2]
            yield f"http://{host}:{port}{PATH}"
        finally:
            await runner.cleanup()
    finally:
        await db.close()


async def serve_until_stopped(options: ServeOptions) -> None:
    """Serves until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(options) as address:
        print(f"dialer: web API at {address}", flush=True)
        await stop.wait()
