"""The dialer's web API beside a MariaDB of its own, for one test process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dev.mariadb import SIMULATOR, MariaDb
from simulators.dialer.web_api.app import Habits
from simulators.dialer.web_api.serving import ServeOptions, serving
from simulators.dialer.web_api.standing import Standing

USER, PASSWORD = "programs", "pR0grams-secret_1"
HOST = "10.20.0.11"


@dataclass(frozen=True, slots=True)
class DialerApi:
    """A running page: its address and login, how it behaves, and the tables behind it."""

    url: str
    user: str
    password: str
    habits: Habits
    database: MariaDb


@asynccontextmanager
async def dialer_api(database: MariaDb, host: str = HOST) -> AsyncIterator[DialerApi]:
    """Runs the web API on this database, in this process."""
    habits = Habits()
    options = ServeOptions(database.url(SIMULATOR), Standing(USER, PASSWORD, (host,)))
    async with serving(options, habits) as url:
        yield DialerApi(url, USER, PASSWORD, habits, database)
