"""The dialer's database as its web pages use it: one statement at a time, never a transaction."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import aiomysql

from simulators.dialer.tables.connection import SQL_MODE

Values = dict[str, object]


class TableDatabase:
    """A few connections. Names of tables and columns are this program's own, values are not."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str) -> TableDatabase:
        """Connects to `mysql://user:password@host:port/database`, or `…?unix_socket=path`."""
        parts = urlsplit(url)
        pool = await aiomysql.create_pool(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            db=unquote(parts.path[1:]),
            unix_socket=parse_qs(parts.query).get("unix_socket", [None])[0],
            charset="utf8mb4",
            autocommit=True,
            minsize=1,
            maxsize=8,
            init_command=f"SET SESSION sql_mode='{SQL_MODE}'",
        )
        return cls(pool)

    async def close(self) -> None:
        """Closes the connections."""
        self._pool.close()
        await self._pool.wait_closed()

    async def run(self, statement: str, *values: object) -> int:
        """Runs a statement; returns how many rows it touched."""
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            return int(await cursor.execute(statement, values))

    async def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Gives all rows of a query."""
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(query, values)
            return list(await cursor.fetchall())

    async def row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """Gives the first row of a query, or None."""
        return next(iter(await self.rows(query, *values)), None)

    async def has(self, table: str, column: str, value: object) -> bool:
        """Says whether there is a row with this value."""
        query = f"SELECT 1 FROM `{table}` WHERE `{column}` = %s LIMIT 1"  # noqa: S608
        return bool(await self.rows(query, value))

    async def insert(self, table: str, values: Values) -> int:
        """Inserts a row; returns the number that the table gave it, 0 if it gives none."""
        columns = ", ".join(f"`{name}`" for name in values)
        marks = ", ".join(["%s"] * len(values))
        statement = f"INSERT INTO `{table}` ({columns}) VALUES ({marks})"  # noqa: S608
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(statement, tuple(values.values()))
            return int(cursor.lastrowid or 0)

    async def update(self, table: str, key: Values, values: Values) -> int:
        """Changes the rows with this key."""
        if not values:
            return 0
        change = ", ".join(f"`{name}` = %s" for name in values)
        where = " AND ".join(f"`{name}` = %s" for name in key)
        return await self.run(
            f"UPDATE `{table}` SET {change} WHERE {where}",  # noqa: S608
            *values.values(),
            *key.values(),
        )

    async def delete(self, table: str, key: Values) -> int:
        """Deletes the rows with this key."""
        where = " AND ".join(f"`{name}` = %s" for name in key)
        return await self.run(f"DELETE FROM `{table}` WHERE {where}", *key.values())  # noqa: S608
