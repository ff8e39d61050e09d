"""Reads a day's legs, and keeps what came of holding them against the dialer's tables."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import literal, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.db.transaction import driver_connection
from services.telephony.domain.reconciliation import DayLeg, Reconciliation
from services.telephony.store.tables_reconciliations import reconciliations

_LEGS: Final = (
    "SELECT l.uniqueid, l.call_code, l.direction, l.created_seconds, l.billable_seconds,"
    " l.end_is_estimated FROM legs l JOIN routes r ON r.code = l.route_code"
    " WHERE r.assigned_tenant_id = $1 AND l.created_seconds >= $2 AND l.created_seconds < $3"
    " AND l.answer_time_millis > 0"
)
_FIELDS: Final = tuple(Reconciliation.__slots__)


class Reconciliations:
    """Reconciliations, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._raw = driver_connection(connection)

    async def legs_between(self, tenant_id: str, first: int, end: int) -> list[DayLeg]:
        """Gives a tenant's answered legs that began in these epoch seconds."""
        rows = await self._raw.fetch(_LEGS, tenant_id, first, end)
        return [DayLeg(*row) for row in rows]

    async def save(self, found: Reconciliation) -> None:
        """Keeps what was found of a day, the latest for what was found before."""
        values = {
            **{name: getattr(found, name) for name in _FIELDS},
            "is_drift": found.is_drift,
            "run_count": 1,
            "update_time": scope_of(self._connection).time,
        }
        statement = postgresql.insert(reconciliations).values(values)
        changed = {name: statement.excluded[name] for name in values if name != "run_count"}
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "local_date"],
                set_={**changed, "run_count": reconciliations.c.run_count + 1},
            )
        )

    async def list_before(
        self,
        before: tuple[date, str] | None,
        tenant_id: str | None,
        limit: int,
        *,
        drifts_only: bool = False,
    ) -> list[Reconciliation]:
        """Gives days before (date, tenant), latest first, of one tenant or of all."""
        table = reconciliations.c
        query = select(*(table[name] for name in _FIELDS))
        if before is not None:
            query = query.where(
                tuple_(table.local_date, table.tenant_id) < tuple_(*map(literal, before))
            )
        if tenant_id is not None:
            query = query.where(table.tenant_id == tenant_id)
        if drifts_only:
            query = query.where(table.is_drift)
        query = query.order_by(table.local_date.desc(), table.tenant_id.desc()).limit(limit)
        rows: Any = await self._connection.execute(query)
        return [Reconciliation(*row) for row in rows]
