"""Turns what a database refuses for a moment into refusals that a caller can act upon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.kit.errors import Aborted, Refusal, Unavailable

_RETRY_AFTER_SECONDS: Final = 1

# serialization_failure, deadlock_detected, lock_not_available
_CONTENTION: Final = frozenset({"40001", "40P01", "55P03"})
# query_canceled (statement timeout), too_many_connections, admin and crash shutdown, starting up
_OVERLOAD: Final = frozenset({"57014", "53300", "57P01", "57P02", "57P03"})

_TROUBLES: Final = (
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    PoolTimeout,
    OSError,
)


@contextmanager
def refusals_for_troubles() -> Iterator[None]:
    """Raises Aborted for contention and Unavailable for a database that cannot serve now."""
    try:
        yield
    except _TROUBLES as error:
        refusal = _refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_for(error: BaseException) -> Refusal | None:
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        is_lost = error.connection_invalidated
    else:
        state = getattr(error, "sqlstate", None) or ""
        is_lost = isinstance(error, (OSError, PoolTimeout, asyncpg.PostgresConnectionError))
        # What the driver raises for whatever is tried after the connection has been lost: the
        # second, when the server's farewell has come and its hanging up has not.
        is_lost = is_lost or "connection is closed" in str(error)
        is_lost = is_lost or isinstance(error, asyncpg.InternalClientError)
    if state in _CONTENTION:
        return Aborted("The resource is being changed by another request; try again.")
    if is_lost or state in _OVERLOAD or state.startswith("08"):
        return Unavailable(
            "The service cannot answer now; try again.", retry_after_seconds=_RETRY_AFTER_SECONDS
        )
    return None
