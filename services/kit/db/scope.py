"""Scope: for whom a transaction was opened, and at what time by our clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.resource_name import is_tenant_id

_SCOPE_OPTION: Final = "veneer_scope"


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a transaction was opened.

    `tenant_id` is None in an operator transaction. `time` is the clock's time at the beginning,
    so that everything one transaction writes bears one time.
    """

    tenant_id: str | None
    time: datetime
    is_read_only: bool


def bind_scope(connection: AsyncConnection, scope: Scope) -> None:
    """Lets the repositories built on `connection` find its scope."""
    assert connection.sync_connection is not None
    connection.sync_connection.execution_options(**{_SCOPE_OPTION: scope})


def scope_of(connection: AsyncConnection) -> Scope:
    """Returns the scope of the transaction that `connection` was opened for."""
    assert connection.sync_connection is not None
    scope = connection.sync_connection.get_execution_options()[_SCOPE_OPTION]
    assert isinstance(scope, Scope)
    return scope


def checked_tenant_id(tenant_id: str) -> str:
    """Returns `tenant_id`, or raises ValueError when it is not a slug.

    It becomes part of an SQL text, so this check is what stands against injection.
    """
    if not is_tenant_id(tenant_id):
        raise ValueError(f"Not a tenant id: {tenant_id!r}")
    return tenant_id
