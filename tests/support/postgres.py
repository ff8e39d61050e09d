"""Databases for tests: one template per service, migrated once, cloned in a tenth of a second."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest_asyncio

from services.kit.db.accounts import ensure_roles
from services.kit.db.migrations import upgrade
from services.kit.db.roles import role_names
from services.kit.db.urls import driver_dsn, with_database, with_user
from tests.support.postgres_server import server_url

_SERVICES: Final = Path(__file__).parents[2] / "services"
# Needed where VENEER_TEST_POSTGRES_URL names a server that asks for passwords.
_PASSWORD: Final = "only-for-tests"


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """A migrated, empty database of one service; `name` helps to find it after a failure."""

    name: str
    service_url: str
    owner_url: str
    admin_url: str


@asynccontextmanager
async def service_database(
    service: str, migrations: Path | None = None
) -> AsyncIterator[ServiceDatabase]:
    """Clones the migrated template of `service` and drops the clone at the end.

    `migrations` is the folder of its migrations, services/<service>/store/migrations by default.
    """
    folder = migrations or _SERVICES / service / "store" / "migrations"
    admin_url = server_url()
    name = f"{service}_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(driver_dsn(admin_url))
    try:
        template = await _ensure_template(admin, admin_url, service, folder)
        owner = role_names(service).owner
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}")
        try:
            yield _database(admin_url, service, name)
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


def database_fixture(service: str, migrations: Path | None = None) -> Callable[..., Any]:
    """Returns a session fixture that yields one ServiceDatabase of `service` per test process.

    Tests share it without cleaning: each makes its own tenant.
    """

    @pytest_asyncio.fixture(scope="session", loop_scope="session")
    async def database() -> AsyncIterator[ServiceDatabase]:
        async with service_database(service, migrations) as made:
            yield made

    return database


def _database(admin_url: str, service: str, name: str) -> ServiceDatabase:
    url, roles = with_database(admin_url, name), role_names(service)
    return ServiceDatabase(
        name=name,
        service_url=with_user(url, roles.service, _PASSWORD),
        owner_url=with_user(url, roles.owner, _PASSWORD),
        admin_url=url,
    )


async def _ensure_template(
    admin: asyncpg.Connection, admin_url: str, service: str, migrations: Path
) -> str:
    """Returns the template's name, which holds a digest of all that made it.

    Is migrated under a name of its own and renamed when it is complete.
    """
    template = f"template_{service}_{_digest(migrations)}"
    # One key for all services: roles are the server's, and so is the wait for a quiet template.
    await admin.execute("SELECT pg_advisory_lock(1)")
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template):
            unfinished = f"unfinished_{service}"
            await admin.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
            await admin.execute(f"CREATE DATABASE {unfinished}")
            url = with_database(admin_url, unfinished)
            await ensure_roles(url, service, service_password=_PASSWORD, owner_password=_PASSWORD)
            await upgrade(service, url, location=migrations)
            await admin.execute(f"ALTER DATABASE {unfinished} RENAME TO {template}")
    finally:
        await admin.execute("SELECT pg_advisory_unlock(1)")
    return template


def _digest(migrations: Path) -> str:
    digest = hashlib.sha256()
    # The migrations' parent too: tables.py, which migrations may read.
    for folder in (migrations.parent, _SERVICES / "kit" / "db"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
