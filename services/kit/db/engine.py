"""Opens a store's database: engine, pool and its limits."""

from __future__ import annotations

from typing import Any, TypeVar

from asyncpg.connection import LoggedQuery
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.clock import Clock
from services.kit.db.transaction import DEFAULT_LIMITS, Database, Limits, StoreFactory
from services.kit.db.urls import async_url
from services.kit.telemetry import is_exporting, note_statement

S = TypeVar("S")

_POOL_RECYCLE_SECONDS = 1800


def create_database(
    url: str,
    service: str,
    store_factory: StoreFactory[S],
    clock: Clock,
    limits: Limits = DEFAULT_LIMITS,
) -> Database[S]:
    """Returns `service`'s database; connects only when a transaction is opened.

    `url` is postgresql://user:password@host/database (or …@/database?host=/socket/directory);
    `store_factory` is called with the connection and the scope of each transaction.
    """
    engine = create_async_engine(
        async_url(url),
        # We write BEGIN ourselves, in one round trip with the tenant: SQLAlchemy must not.
        isolation_level="AUTOCOMMIT",
        pool_size=limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.pool_timeout_seconds,
        pool_recycle=_POOL_RECYCLE_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "prepared_statement_cache_size": 200,
            "timeout": limits.pool_timeout_seconds,
            "server_settings": {
                "application_name": f"veneer-{service}",
                "TimeZone": "UTC",
                **limits.server_settings(),
            },
        },
    )
    if is_exporting():
        SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine)
        event.listen(engine.sync_engine, "connect", _note_the_drivers_own)
    return Database(engine, service, store_factory, clock, limits)


def _note_the_drivers_own(connection: Any, _record: object) -> None:
    """Has what is asked past SQLAlchemy in the trace too; its own statements come once."""
    connection.driver_connection.add_query_logger(_note)


def _note(asked: LoggedQuery) -> None:
    # How a transaction begins names the tenant.
    if not asked.query.startswith("BEGIN"):
        note_statement(asked.query, asked.elapsed, has_failed=asked.exception is not None)
