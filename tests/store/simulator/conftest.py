"""The dialer's database for the simulator's tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymysql.connections import Connection

from dev.mariadb import SIMULATOR
from simulators.dialer.tables.connection import connect
from tests.support.mariadb import dialer_database


@dataclass(frozen=True)
class DialerTables:
    """The tables as a reader sees them."""

    url: str
    connection: Connection[Any]

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())


@pytest.fixture(scope="session")
def dialer_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DialerTables]:
    """A server of this test process."""
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        url = server.url(SIMULATOR)
        connection = connect(url)
        yield DialerTables(url, connection)
        connection.close()
