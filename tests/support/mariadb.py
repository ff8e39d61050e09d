"""A MariaDB of the dialer's kind for one test process, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.mariadb import MariaDb
from dev.ports import Ports
from dev.secrets_file import Secrets


@contextmanager
def dialer_database(directory: Path) -> Iterator[MariaDb]:
    """A running server with an empty database; `url(SIMULATOR)` and `url(READER)` log in."""
    server = MariaDb(directory, Ports.free().mariadb, Secrets(directory / "secrets.json"))
    server.prepare()
    server.process.start()
    try:
        server.process.wait_until_ready()
        server.create_accounts()
        yield server
    finally:
        server.process.stop()
