"""One connection to the dialer's database, opened when it is needed and again after any trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiomysql

_CONNECT_SECONDS: Final = 5
# What the driver raises when the database is away, busy, or says no.
TROUBLES: Final = (aiomysql.Error, OSError, asyncio.TimeoutError)


class Connections:
    """A few connections; one that saw trouble is dropped. Each statement is short by itself."""

    def __init__(self, url: str, session: str, most: int = 4) -> None:
        self._url, self._session = urlsplit(url), session
        self._idle: list[Any] = []
        self._free = asyncio.Semaphore(most)

    @asynccontextmanager
    async def cursor(self) -> AsyncIterator[Any]:
        """Yields a cursor; raises one of TROUBLES."""
        async with self._free:
            connection = self._idle.pop() if self._idle else await self._open()
            try:
                async with connection.cursor() as cursor:
                    yield cursor
            except BaseException:
                # A result that was not read to its end makes the connection useless.
                connection.close()
                raise
            if not connection.closed:
                self._idle.append(connection)

    def close(self) -> None:
        """Drops the connections."""
        while self._idle:
            self._idle.pop().close()

    async def _open(self) -> Any:
        url = self._url
        opening = aiomysql.connect(
            unix_socket=parse_qs(url.query).get("unix_socket", [None])[0],
            host=url.hostname or "127.0.0.1",
            port=url.port or 3306,
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            db=url.path.lstrip("/") or None,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            init_command=self._session,
        )
        return await asyncio.wait_for(opening, _CONNECT_SECONDS)
