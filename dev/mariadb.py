"""The dialer's MariaDB: Debian's binaries, a private data directory, a port of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pymysql

from dev import tools
from dev.ports import LOOPBACK, accepts
from dev.processes import NotReady, Process, Program
from dev.secrets_file import Secrets

DATABASE = "asterisk"
_CLIENTS_SCHEMAS = "`client\\_%`"


@dataclass(frozen=True)
class Account:
    """A login of the dialer's database. `grants` are on all of its tables, `more` beyond them."""

    user: str
    grants: str
    may_grant: bool = False
    more: tuple[str, ...] = ()


SIMULATOR = Account("simulator", "ALL PRIVILEGES")
# Telephony only ever reads tables that belong to the dialer (decision 0007).
READER = Account("reader", "SELECT")
# Provisioning writes rows; nobody changes the dialer's tables themselves.
WRITER = Account("writer", "SELECT, INSERT, UPDATE, DELETE")
# Makes schemas of views, and logins that may read one of them.
VIEW_MAKER = Account(
    "view_maker",
    "SELECT",
    may_grant=True,
    more=(
        "GRANT CREATE USER, SET USER ON *.* TO %s@%s",
        f"GRANT ALL PRIVILEGES ON {_CLIENTS_SCHEMAS}.* TO %s@%s WITH GRANT OPTION",
    ),
)


class MariaDb:
    """The server that a dialer cluster would bring along, with its lax SQL mode."""

    def __init__(self, directory: Path, port: int, secrets: Secrets) -> None:
        self._data = directory / "mariadb" / "data"
        # Not /tmp: a starting server removes the temporary tables there, those of others too.
        self._temporary = directory / "mariadb" / "tmp"
        self._port = port
        self._socket = _socket_path(directory / "mariadb")
        self._secrets = secrets
        self.process = Process(self._program(), directory / "logs")

    def prepare(self) -> None:
        """Makes the data directory when there is none; takes some seconds. Raises NotReady."""
        self._temporary.mkdir(parents=True, exist_ok=True)
        if (self._data / "mysql").exists():
            return
        fresh = self._data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        command = [tools.mariadb("mariadb-install-db"), "--no-defaults", f"--datadir={fresh}"]
        command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        command += ["--skip-name-resolve", *_as_root(), "--innodb-log-file-size=16M"]
        finished = subprocess.run(
            command,
            env={**os.environ, "TMPDIR": str(self._temporary)},
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise NotReady(f"mariadb-install-db failed:\n{finished.stdout}{finished.stderr}")
        shutil.rmtree(self._data, ignore_errors=True)
        fresh.rename(self._data)

    def create_accounts(self) -> None:
        """Creates the database and its logins where they are missing, and closes root's."""
        password = self._secrets.get("mariadb_root")
        try:
            connection = self._connect(password)
        except pymysql.err.OperationalError:
            connection = self._connect("")
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM mysql.global_priv WHERE User = ''"
                " OR (User = 'root' AND Host <> 'localhost')"
            )
            cursor.execute("FLUSH PRIVILEGES")
            cursor.execute(
                f"CREATE DATABASE IF NOT EXISTS {DATABASE} DEFAULT CHARACTER SET utf8mb3"
                " COLLATE utf8mb3_unicode_ci"
            )
            for account in (SIMULATOR, READER, WRITER, VIEW_MAKER):
                login = (account.user, "%", self._secrets.get(f"mariadb_{account.user}"))
                cursor.execute("CREATE OR REPLACE USER %s@%s IDENTIFIED BY %s", login)
                option = " WITH GRANT OPTION" if account.may_grant else ""
                cursor.execute(
                    f"GRANT {account.grants} ON {DATABASE}.* TO %s@%s{option}", login[:2]
                )
                for statement in account.more:
                    cursor.execute(statement.replace("%`", "%%`"), login[:2])
            cursor.execute("ALTER USER root@localhost IDENTIFIED BY %s", (password,))

    def url(self, account: Account) -> str:
        """How `account` logs in, as mysql://user:password@host:port/database."""
        password = self._secrets.get(f"mariadb_{account.user}")
        return f"mysql://{account.user}:{password}@{LOOPBACK}:{self._port}/{DATABASE}"

    def _connect(self, password: str) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(
            unix_socket=self._socket, user="root", password=password, autocommit=True
        )

    def _program(self) -> Program:
        options = {
            "datadir": self._data,
            "port": self._port,
            "bind-address": LOOPBACK,
            "socket": self._socket,
            "pid-file": self._data.parent / "mariadb.pid",
            # What the dialer expects of its server: cut what is too long, never refuse a row.
            "sql-mode": "NO_ENGINE_SUBSTITUTION",
            "character-set-server": "utf8mb3",
            "default-time-zone": "+00:00",
            "innodb-buffer-pool-size": "64M",
            "key-buffer-size": "128M",
            "max-connections": 100,
            "performance-schema": "OFF",
        }
        command = [tools.mariadb("mariadbd"), "--no-defaults", *_as_root()]
        command += [f"--{name}={value}" for name, value in options.items()]
        command += ["--skip-log-bin", "--skip-name-resolve"]
        return Program(
            name="mariadb",
            command=command,
            environment={"TMPDIR": str(self._temporary)},
            ready=lambda: accepts(self._port),
            death_signal=signal.SIGTERM,
        )


def _socket_path(folder: Path) -> str:
    """The kernel takes no socket path over 107 bytes, and test folders lie deep."""
    path = str(folder / "mariadb.sock")
    if len(path) <= 100:
        return path
    return f"{tempfile.gettempdir()}/{hashlib.sha256(path.encode()).hexdigest()[:16]}.sock"


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
