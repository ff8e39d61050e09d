"""A connection to the dialer's MariaDB as the dialer itself would have it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pymysql
from pymysql.connections import Connection

# The dialer inserts '' into dates and numbers and relies on getting zero dates: never strict.
SQL_MODE = "NO_ENGINE_SUBSTITUTION"
DatabaseError = (pymysql.err.MySQLError, OSError)


def connect(url: str) -> Connection:
    """Connects to `mysql://user:password@host:port/database`, or `…?unix_socket=path`.

    Autocommits, as the tables know no transactions. Raises one of `DatabaseError` if there is no
    server, ValueError for another kind of URL.
    """
    parts = urlsplit(url)
    if parts.scheme != "mysql" or len(parts.path) < 2:
        raise ValueError("the database URL is not mysql://user:password@host:port/database")
    socket = parse_qs(parts.query).get("unix_socket", [None])[0]
    return Connection(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path[1:]),
        unix_socket=socket,
        charset="utf8mb4",
        autocommit=True,
        init_command=f"SET SESSION sql_mode='{SQL_MODE}'",
        connect_timeout=5,
        read_timeout=60,
    )
