"""Writes rows into the tables by multi-row statements."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from pymysql.connections import Connection

from simulators.dialer.tables.schema import ARCHIVE_SUFFIX, create_statements, load_schema
from simulators.dialer.tables.stage import Row

_ROWS_PER_STATEMENT = 1_500
_STATEMENTS_UNDER_WAY = 4


def create_tables(connection: Connection) -> None:
    """Creates what is missing."""
    with connection.cursor() as cursor:
        for statement in create_statements():
            cursor.execute(statement)


def empty_tables(connection: Connection) -> None:
    """Empties every table that calls are written to, archives included."""
    with connection.cursor() as cursor:
        for table in load_schema().values():
            if table.managed:
                continue
            cursor.execute(f"TRUNCATE TABLE `{table.name}`")
            if table.archived:
                cursor.execute(f"TRUNCATE TABLE `{table.name}{ARCHIVE_SUFFIX}`")


class BulkWriter:
    """Collects rows per table and inserts them by the thousand; known keys are ignored.

    The server stores one statement's rows while the next ones are being made.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: dict[str, list[str]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._running: deque[Future[None]] = deque()
        self.rows = 0

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Adds rows, columns in the schema's order."""
        pending = self._pending.setdefault(table, [])
        pending += map(repr, rows)
        if len(pending) >= _ROWS_PER_STATEMENT:
            self._flush(table, pending)

    def finish(self) -> None:
        """Writes what is left and waits for all of it. Raises what the server refused."""
        for table, pending in self._pending.items():
            self._flush(table, pending)
        self._await(0)
        self._thread.shutdown()

    def _flush(self, table: str, pending: list[str]) -> None:
        if not pending:
            return
        self.rows += len(pending)
        self._await(_STATEMENTS_UNDER_WAY - 1)
        self._running.append(
            self._thread.submit(insert, self._connection, table, list(pending), "INSERT IGNORE")
        )
        pending.clear()

    def _await(self, allowed: int) -> None:
        while len(self._running) > allowed:
            self._running.popleft().result()


def insert(connection: Connection, table: str, values: list[str], verb: str) -> None:
    """Runs INSERT IGNORE or REPLACE (`verb`) with rows as Python's repr shows them.

    The repr of a tuple of numbers, ASCII strings and NULL is SQL as it stands, and several times
    faster to make than escaping value by value. All values are this program's own.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} INTO `{table}` VALUES {','.join(values)}")


def switch_keys(connection: Connection, tables: Iterable[str], *, on: bool) -> None:
    """Stops or resumes the upkeep of the tables' non-unique indexes, for a bulk load."""
    word = "ENABLE" if on else "DISABLE"
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE `{table}` {word} KEYS")
