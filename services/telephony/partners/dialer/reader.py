"""Reads calls from the dialer's database, without ever holding it up for long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import starmap
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import aiomysql

from services.telephony.domain.describing import CallRows, CodeRow, LogRow
from services.telephony.partners.dialer.tables import SEPARATOR, window_query

_BATCH_ROWS: Final = 500
_STATEMENT_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 5
# `transaction_read_only` is a name that MariaDB knows from 11.1 on only.
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
# What the driver raises when the database is away, busy, or says no.
TROUBLES: Final = (aiomysql.Error, OSError, asyncio.TimeoutError)


class DialerReader:
    """One connection, opened when it is needed and again after any trouble.

    Readers of these tables hold up their writers: so batches are small, statements are short, and
    one runs at a time.
    """

    def __init__(self, url: str, time_zone: str) -> None:
        self._url = urlsplit(url)
        self._zone = ZoneInfo(time_zone)
        self._connection: Any = None

    async def calls(self, first_seconds: int, last_seconds: int) -> CallRows:
        """Gives the rows of calls between two instants; raises one of TROUBLES."""
        window = self._window(first_seconds, last_seconds)
        try:
            return CallRows(
                log=_log_rows(await self._rows("vicidial_log", window)),
                queues=_log_rows(await self._rows("vicidial_closer_log", window)),
                codes=starmap(CodeRow, await self._rows("vicidial_log_extended", window)),
            )
        except BaseException:
            # A result that was not read to its end makes the connection useless.
            self.close()
            raise

    def close(self) -> None:
        """Drops the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _rows(self, table: str, window: tuple[str, str]) -> list[list[str]]:
        connection = await self._connected()
        found: list[list[str]] = []
        async with connection.cursor(aiomysql.SSCursor) as cursor:
            await cursor.execute(window_query(table), window)
            while batch := await cursor.fetchmany(_BATCH_ROWS):
                found += [_text(row[0]).split(SEPARATOR) for row in batch]
                # Let others have a turn: decoding rows is what costs here.
                await asyncio.sleep(0)
        return found

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.closed:
            url = self._url
            self._connection = await asyncio.wait_for(
                aiomysql.connect(
                    unix_socket=parse_qs(url.query).get("unix_socket", [None])[0],
                    host=url.hostname or "127.0.0.1",
                    port=url.port or 3306,
                    user=unquote(url.username or ""),
                    password=unquote(url.password or ""),
                    db=url.path.lstrip("/"),
                    charset="utf8mb4",
                    autocommit=True,
                    connect_timeout=_CONNECT_SECONDS,
                    init_command=_SESSION,
                ),
                _CONNECT_SECONDS,
            )
        return self._connection

    def _window(self, first_seconds: int, last_seconds: int) -> tuple[str, str]:
        """Local times between which the rows lie, however clocks are changed on the way."""
        first = datetime.fromtimestamp(first_seconds, UTC)
        last = datetime.fromtimestamp(last_seconds, UTC)
        offsets = [
            instant.astimezone(self._zone).utcoffset() or timedelta() for instant in (first, last)
        ]
        return (
            f"{first + min(offsets):%Y-%m-%d %H:%M:%S}",
            f"{last + max(offsets):%Y-%m-%d %H:%M:%S}",
        )


def _text(value: str | bytes) -> str:
    """The server calls a text that numbers went into binary."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _log_rows(rows: list[list[str]]) -> Iterator[LogRow]:
    """Rows without a start are of no call (yet)."""
    for uniqueid, lead, list_id, campaign, status, user, start in rows:
        if start not in ("", "0"):
            yield LogRow(
                uniqueid, int(lead or 0), int(list_id or 0), campaign, status, user, int(start)
            )
