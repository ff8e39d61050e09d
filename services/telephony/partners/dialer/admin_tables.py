"""Writes the dialer's tables where its web API has no function. Every column is named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_STATEMENT_SECONDS: Final = 20
# Never strict: the dialer's own tables hold what strict mode would refuse.
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'"
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_DELETE_ROWS: Final = 2_000

Scalar = str | int
Key = Mapping[str, Scalar]
Values = Mapping[str, Scalar | None]


class AdminTables:
    """Statements without transactions, because the tables know none: each one must stand alone.

    Raises DialerAway when the database is away or says no; its text is in the log only.
    """

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION)

    def close(self) -> None:
        """Drops the connections."""
        self._connections.close()

    async def rows(
        self, table: str, columns: Sequence[str], key: Key, limit: int = 10_000
    ) -> list[dict[str, str | None]]:
        """Gives rows with this key as texts, None for NULL."""
        names = ", ".join(map(_quoted, columns))
        query = f"SELECT {names} FROM {_quoted(table)} WHERE {_where(key)} LIMIT {limit:d}"  # noqa: S608
        found = await self._run(query, tuple(key.values()))
        return [
            {name: _text(value) for name, value in zip(columns, row, strict=True)} for row in found
        ]

    async def exists(self, table: str, key: Key) -> bool:
        """Says whether there is a row with this key."""
        query = f"SELECT 1 FROM {_quoted(table)} WHERE {_where(key)} LIMIT 1"  # noqa: S608
        return bool(await self._run(query, tuple(key.values())))

    async def has_like(self, table: str, column: str, pattern: str) -> bool:
        """Says whether there is a row of which the column is like the pattern."""
        place = f"{_quoted(table)} WHERE {_quoted(column)} LIKE %s"
        return bool(await self._run(f"SELECT 1 FROM {place} LIMIT 1", (pattern,)))  # noqa: S608

    async def has_between(self, table: str, column: str, first: int, last: int) -> bool:
        """Says whether there is a row of which the column is from first to last."""
        place = f"{_quoted(table)} WHERE {_quoted(column)} BETWEEN %s AND %s"
        return bool(await self._run(f"SELECT 1 FROM {place} LIMIT 1", (first, last)))  # noqa: S608

    async def put(self, table: str, key: Key, values: Values) -> None:
        """Writes the row with this key, whether there is one or not.

        For tables without a unique key too: so not by the database's own means. Who calls holds
        a lease.
        """
        if await self.exists(table, key):
            await self.update(table, key, values)
            return
        row = {**key, **values}
        names = ", ".join(map(_quoted, row))
        marks = ", ".join(["%s"] * len(row))
        statement = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608
        await self._run(statement, tuple(row.values()))

    async def update(self, table: str, key: Key, values: Values) -> None:
        """Changes the rows with this key."""
        if values:
            change = ", ".join(f"{_quoted(name)} = %s" for name in values)
            statement = f"UPDATE {_quoted(table)} SET {change} WHERE {_where(key)}"  # noqa: S608
            await self._run(statement, (*values.values(), *key.values()))

    async def delete(self, table: str, key: Key) -> int:
        """Deletes the rows with this key, in short statements; gives how many."""
        statement = f"DELETE FROM {_quoted(table)} WHERE {_where(key)} LIMIT {_DELETE_ROWS}"  # noqa: S608
        return await self._until_done(statement, tuple(key.values()))

    async def delete_in(self, table: str, column: str, values: Sequence[Scalar]) -> int:
        """Deletes the rows of which the column has one of the values; gives how many."""
        if not values:
            return 0
        marks = ", ".join(["%s"] * len(values))
        place = f"{_quoted(table)} WHERE {_quoted(column)} IN ({marks})"
        return await self._until_done(
            f"DELETE FROM {place} LIMIT {_DELETE_ROWS}",  # noqa: S608
            tuple(values),
        )

    async def delete_matching(self, table: str, column: str, pattern: str) -> int:
        """Deletes the rows of which the column matches the regular expression; gives how many."""
        place = f"{_quoted(table)} WHERE {_quoted(column)} REGEXP %s"
        statement = f"DELETE FROM {place} LIMIT {_DELETE_ROWS}"  # noqa: S608
        return await self._until_done(statement, (pattern,))

    async def delete_between(self, table: str, column: str, first: int, last: int) -> int:
        """Deletes the rows of which the column is from first to last; gives how many."""
        place = f"{_quoted(table)} WHERE {_quoted(column)} BETWEEN %s AND %s"
        statement = f"DELETE FROM {place} LIMIT {_DELETE_ROWS}"  # noqa: S608
        return await self._until_done(statement, (first, last))

    async def delete_beginning(self, table: str, column: str, beginning: str) -> int:
        """Deletes the rows of which the column begins so; gives how many."""
        place = f"{_quoted(table)} WHERE {_quoted(column)} LIKE %s"
        statement = f"DELETE FROM {place} LIMIT {_DELETE_ROWS}"  # noqa: S608
        return await self._until_done(statement, (beginning + "%",))

    async def numbers_between(
        self, table: str, column: str, between: tuple[str, int, int], limit: int
    ) -> list[int]:
        """Gives one column of rows of which another is from first to last, at most `limit`."""
        name, first, last = between
        query = (
            f"SELECT {_quoted(column)} FROM {_quoted(table)}"  # noqa: S608
            f" WHERE {_quoted(name)} BETWEEN %s AND %s ORDER BY {_quoted(column)} LIMIT {limit:d}"
        )
        return [int(row[0]) for row in await self._run(query, (first, last))]

    async def tables(self) -> frozenset[str]:
        """Gives the names of all tables."""
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        return frozenset(str(row[0]) for row in await self._run(query, ()))

    async def copy(self, table: str, source: Key, change: Values) -> None:
        """Inserts a copy of the row with the key `source`, changed; columns are named.

        `change` is the key of the copy; a row that is there already is left as it is.
        """
        if await self.exists(table, {k: v for k, v in change.items() if v is not None}):
            return
        columns = [name for name in await self.columns(table) if name not in change]
        names = ", ".join(_quoted(name) for name in (*change, *columns))
        taken = ", ".join(["%s"] * len(change) + [_quoted(name) for name in columns])
        statement = (
            f"INSERT INTO {_quoted(table)} ({names})"  # noqa: S608
            f" SELECT {taken} FROM {_quoted(table)} WHERE {_where(source)} LIMIT 1"
        )
        await self._run(statement, (*change.values(), *source.values()))

    async def columns(self, table: str) -> list[str]:
        """Gives the names of a table's columns but those that number themselves; [] for none."""
        found = await self._run(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND table_name = %s AND extra NOT LIKE '%%auto_increment%%'"
            " ORDER BY ordinal_position",
            (table,),
        )
        return [str(row[0]) for row in found]

    async def _until_done(self, statement: str, values: tuple[Any, ...]) -> int:
        total = 0
        while True:
            deleted = await self._changed(statement, values)
            total += deleted
            if deleted < _DELETE_ROWS:
                return total

    async def _changed(self, statement: str, values: tuple[Any, ...]) -> int:
        try:
            async with self._connections.cursor() as cursor:
                return int(await cursor.execute(statement, values))
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error

    async def _run(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(statement, values)
                return list(await cursor.fetchall()) if cursor.description else []
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error


def _quoted(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a table or column: {name!r}")
    return f"`{name}`"


def _where(key: Key) -> str:
    if not key:
        raise ValueError("a statement without a key would be about everybody")
    return " AND ".join(f"{_quoted(name)} = %s" for name in key)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
