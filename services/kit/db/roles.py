"""Roles of a store, and the policies and grants that migrations put on its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.sql.base import Executable

SERVICE_OPTION: Final = "veneer_service"
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,50}")


class Operations(Protocol):
    """What the helpers of migrations need of `alembic.op`, which is a module."""

    def execute(
        self, sqltext: Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        """Executes a statement."""

    def get_context(self) -> MigrationContext:
        """Returns the migration's context."""

    def get_bind(self) -> Connection:
        """Returns the migration's connection."""


@dataclass(frozen=True, slots=True)
class RoleNames:
    """The three roles of one store.

    `owner` owns the tables and runs migrations; `service` logs in and is subject to row-level
    security; `operator` sees all tenants and is entered by SET LOCAL ROLE alone.
    """

    owner: str
    service: str
    operator: str


def role_names(service: str) -> RoleNames:
    """Returns the role names of `service`'s store."""
    identifier(service)
    return RoleNames(f"{service}_owner", f"{service}_service", f"{service}_operator")


def identifier(name: str) -> str:
    """Returns `name` if it can stand in SQL unquoted, else raises ValueError."""
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"Not an identifier: {name!r}")
    return name


def protect(op: Operations, table: str, append_only: bool = False) -> None:
    """Lets the service see only rows of the transaction's tenant, and the operator all rows.

    `table` has a column tenant_id, first in its primary key. With `append_only` neither role
    can update or delete a row. Protects a partitioned table at its parent.
    """
    roles = _roles(op)
    identifier(table)
    tenant = "tenant_id = nullif(current_setting('app.tenant', true), '')"
    _execute(
        op,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} TO {roles.service}"
        f" USING ({tenant}) WITH CHECK ({tenant})",
        f"CREATE POLICY operator ON {table} TO {roles.operator} USING (true) WITH CHECK (true)",
        _grant(table, append_only, roles.service, roles.operator),
    )


def protect_operator_only(op: Operations, table: str, append_only: bool = False) -> None:
    """Shuts a table without tenants (carriers, costs) to all but operator transactions."""
    roles = _roles(op)
    identifier(table)
    _execute(
        op,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY operator ON {table} TO {roles.operator} USING (true) WITH CHECK (true)",
        _grant(table, append_only, roles.operator),
    )


def grant_service(op: Operations, table: str, append_only: bool = False) -> None:
    """Opens a table without tenants (cursors, leases) to every transaction of the service."""
    roles = _roles(op)
    identifier(table)
    _execute(op, _grant(table, append_only, roles.service, roles.operator))


def _roles(op: Operations) -> RoleNames:
    return role_names(op.get_context().opts[SERVICE_OPTION])


def _grant(table: str, append_only: bool, *roles: str) -> str:
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    return f"GRANT {rights} ON {table} TO {', '.join(roles)}"


def _execute(op: Operations, *statements: str) -> None:
    for statement in statements:
        op.execute(text(statement))
