"""Runs a store's migrations as the owner of its tables, and compares them with its metadata."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import alembic.command
import alembic.context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.kit.db.accounts import ensure_roles
from services.kit.db.roles import SERVICE_OPTION, role_names
from services.kit.db.urls import async_url, password_of

Result = TypeVar("Result")

_LOCK_TIMEOUT: Final = "5s"
# Migrations of one database run one at a time, whoever starts them: a key nobody else uses.
_MIGRATION_LOCK: Final = 0x56454E45
_CONNECTION: Final = "connection"


async def upgrade(
    service: str,
    owner_url: str,
    *,
    service_url: str | None = None,
    location: Path | None = None,
) -> None:
    """Brings the store of `service` to its newest revision; does nothing when it is there.

    `owner_url` logs in as the tables' owner, or as an administrator, who first creates the roles
    that are missing. The service's role gets the password in `service_url`. `location` is the
    folder of migrations, services/<service>/store/migrations by default.
    """
    if await _may_create_roles(owner_url):
        password = password_of(service_url) if service_url else None
        await ensure_roles(owner_url, service, service_password=password)

    def to_head(connection: Connection) -> None:
        alembic.command.upgrade(_config(service, connection, location), "head")
        # So that a replica can tell whether the store is ready for it.
        reader = role_names(service).service
        connection.execute(text(f"GRANT SELECT ON alembic_version TO {reader}"))
        connection.commit()

    await _as_owner(service, owner_url, to_head)


def scripts_of(service: str, location: Path | None = None) -> ScriptDirectory:
    """Gives the migrations of a store, as the code has them."""
    return ScriptDirectory(str(location or _folder(service)))


async def differences(service: str, owner_url: str, metadata: MetaData) -> list[str]:
    """Returns what `alembic check` would find: how the migrated store differs from `metadata`."""

    def compared(connection: Connection) -> list[str]:
        options = {"compare_type": True, "include_name": _include_name(connection)}
        context = MigrationContext.configure(connection, opts=options)
        return [str(difference) for difference in compare_metadata(context, metadata)]

    return await _as_owner(service, owner_url, compared)


def run_env(service: str, metadata: MetaData) -> None:
    """Runs migrations for Alembic's env.py, which calls it as its only statement.

    Uses the connection of `upgrade`, or under Alembic's own command line connects with
    VENEER_<SERVICE>_OWNER_DATABASE_URL.
    """
    connection = alembic.context.config.attributes.get(_CONNECTION)
    if connection is not None:
        _run(service, metadata, connection)
        return
    owner_url = os.environ[f"VENEER_{service.upper()}_OWNER_DATABASE_URL"]
    asyncio.run(_as_owner(service, owner_url, lambda c: _run(service, metadata, c)))


def _run(service: str, metadata: MetaData, connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
    include_name = _include_name(connection)
    connection.commit()
    options: dict[str, Any] = {SERVICE_OPTION: service}
    alembic.context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_type=True,
        include_name=include_name,
        **options,
    )
    with alembic.context.begin_transaction():
        alembic.context.run_migrations()


def _include_name(connection: Connection) -> Callable[..., bool]:
    """Leaves partitions, which are made as months come, out of comparisons."""
    partitions = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition")))

    def include(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and name in partitions)

    return include


async def _as_owner(
    service: str, owner_url: str, function: Callable[[Connection], Result]
) -> Result:
    engine = create_async_engine(async_url(owner_url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            # For the session, not for one transaction: each migration has its own.
            await connection.execute(text(f"SET ROLE {role_names(service).owner}"))
            await connection.execute(text(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"))
            await connection.commit()
            return await connection.run_sync(function)
    finally:
        await engine.dispose()


async def _may_create_roles(url: str) -> bool:
    engine = create_async_engine(async_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            may = await connection.scalar(
                text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            )
            return bool(may)
    finally:
        await engine.dispose()


def _folder(service: str) -> Path:
    return Path(__file__).parents[2] / service / "store" / "migrations"


def _config(service: str, connection: Connection, location: Path | None) -> Config:
    config = Config()
    folder = location or _folder(service)
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes[_CONNECTION] = connection
    return config
