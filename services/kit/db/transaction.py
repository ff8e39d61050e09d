"""Database: transactions opened for one tenant or for the operator, never for nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.kit.clock import Clock
from services.kit.db.roles import role_names
from services.kit.db.scope import Scope, bind_scope, checked_tenant_id, scope_of
from services.kit.db.troubles import refusals_for_troubles

S = TypeVar("S")
StoreFactory = Callable[[AsyncConnection, Scope], S]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection pool and a statement may take; seconds."""

    pool_size: int = 10
    pool_timeout_seconds: float = 5.0
    statement_timeout_seconds: float = 30.0
    lock_timeout_seconds: float = 5.0
    idle_in_transaction_seconds: float = 60.0

    def server_settings(self) -> dict[str, str]:
        """What a connection is told once, so that no transaction has to say it again."""
        return {
            "statement_timeout": _milliseconds(self.statement_timeout_seconds),
            "lock_timeout": _milliseconds(self.lock_timeout_seconds),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_in_transaction_seconds),
        }


DEFAULT_LIMITS: Final = Limits()


class Database(Generic[S]):
    """One store's PostgreSQL database as its service sees it.

    Every transaction is rolled back unless its block ends without an exception. What the
    database refuses for a moment (deadlock, lock timeout, no connection) leaves the block as
    the refusals Aborted and Unavailable.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        service: str,
        store_factory: StoreFactory[S],
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._engine, self._store_factory, self._clock = engine, store_factory, clock
        self._attempts = limits.pool_size + 1
        self._operator: Final = (
            f"SET LOCAL app.tenant = ''; SET LOCAL ROLE {role_names(service).operator}"
        )

    @property
    def clock(self) -> Clock:
        """The clock whose time transactions carry."""
        return self._clock

    def connections_used(self) -> int:
        """How many connections of the pool are in a transaction now."""
        return self._engine.sync_engine.pool.checkedout()  # type: ignore[attr-defined,no-any-return]

    def connections_max(self) -> int:
        """How many connections there can be at once."""
        return self._attempts - 1

    @asynccontextmanager
    async def transaction(self, tenant_id: str) -> AsyncIterator[S]:
        """Opens a transaction that sees and writes rows of `tenant_id` alone."""
        async with self._connection(self._tenant_scope(tenant_id)) as connection:
            yield self._store(connection)

    @asynccontextmanager
    async def read(self, tenant_id: str) -> AsyncIterator[S]:
        """Opens a read-only transaction that sees rows of `tenant_id` alone."""
        async with self._connection(self._tenant_scope(tenant_id, read_only=True)) as connection:
            yield self._store(connection)

    @asynccontextmanager
    async def operator_transaction(self) -> AsyncIterator[S]:
        """Opens a transaction in the operator's role, which sees and writes rows of all tenants."""
        async with self.operator_connection() as connection:
            yield self._store(connection)

    @asynccontextmanager
    async def operator_read(self) -> AsyncIterator[S]:
        """Opens a read-only transaction in the operator's role."""
        async with self._connection(self._operator_scope(read_only=True)) as connection:
            yield self._store(connection)

    @asynccontextmanager
    async def operator_connection(self) -> AsyncIterator[AsyncConnection]:
        """Opens an operator transaction without a store, for what kit itself keeps."""
        async with self._connection(self._operator_scope()) as connection:
            yield connection

    @asynccontextmanager
    async def raw_connection(
        self, tenant_id: str, *, read_only: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """Opens a transaction for `tenant_id` and yields the driver's own connection.

        For COPY and for reads where SQLAlchemy's cost shows. The transaction is already begun:
        `connection.transaction()` must not be used on it.
        """
        async with self._connection(self._tenant_scope(tenant_id, read_only)) as connection:
            yield driver_connection(connection)

    @asynccontextmanager
    async def operator_raw_connection(
        self, *, read_only: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """Opens an operator transaction and yields the driver's own connection."""
        async with self._connection(self._operator_scope(read_only)) as connection:
            yield driver_connection(connection)

    async def dispose(self) -> None:
        """Closes all connections; the last thing a program does with its database."""
        await self._engine.dispose()

    def _store(self, connection: AsyncConnection) -> S:
        return self._store_factory(connection, scope_of(connection))

    def _tenant_scope(self, tenant_id: str, read_only: bool = False) -> Scope:
        return Scope(checked_tenant_id(tenant_id), self._clock.now(), read_only)

    def _operator_scope(self, read_only: bool = False) -> Scope:
        return Scope(None, self._clock.now(), read_only)

    @asynccontextmanager
    async def _connection(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        with refusals_for_troubles():
            connection = await self._begin(self._preamble(scope))
            raw = driver_connection(connection)
            try:
                bind_scope(connection, scope)
                yield connection
                if await raw.execute("COMMIT") != "COMMIT":
                    # PostgreSQL answers COMMIT of a failed transaction with a silent rollback.
                    raise RuntimeError("A failed statement was ignored; nothing was committed.")
            finally:
                await _give_back(connection, raw)

    def _preamble(self, scope: Scope) -> str:
        begin = "BEGIN READ ONLY;" if scope.is_read_only else "BEGIN;"
        whom = (
            self._operator
            if scope.tenant_id is None
            else f"SET LOCAL app.tenant = '{scope.tenant_id}'"
        )
        return begin + whom

    async def _begin(self, preamble: str) -> AsyncConnection:
        """Begins on a pooled connection; one that died in the pool is replaced, at no loss."""
        for attempt in range(self._attempts):
            connection = await self._engine.connect()
            raw = driver_connection(connection)
            is_begun = False
            try:
                if not raw.is_closed():
                    await raw.execute(preamble)
                    is_begun = True
                    return connection
            except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
                if attempt + 1 == self._attempts:
                    raise
            finally:
                if not is_begun:
                    await connection.invalidate()
                    await connection.close()
        raise OSError("No connection of the pool is alive.")


def driver_connection(connection: AsyncConnection) -> asyncpg.Connection:
    """Returns asyncpg's connection under an open `connection`."""
    assert connection.sync_connection is not None
    raw = connection.sync_connection.connection.driver_connection
    assert isinstance(raw, asyncpg.Connection)
    return raw


async def _give_back(connection: AsyncConnection, raw: asyncpg.Connection) -> None:
    try:
        if raw.is_in_transaction() and not raw.is_closed():
            await raw.execute("ROLLBACK")
    finally:
        # A connection whose state is not known must never serve another tenant.
        if raw.is_closed() or raw.is_in_transaction():
            await connection.invalidate()
        await connection.close()


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
