"""Drifts as they were last seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, literal, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.telephony.domain.provisioning.drift import Drift
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.store.provisioning_tables import dialer_drifts

_KEY = ("tenant_id", "kind", "object_id", "field")


class Drifts:
    """Drifts that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def replace(self, tenant_id: str, found: Sequence[Drift]) -> None:
        """Notes what a look at all of a tenant's objects has found, and forgets the rest."""
        now = scope_of(self._connection).time
        table = dialer_drifts
        for drift in found:
            values = {
                "expected": drift.expected,
                "actual": drift.actual,
                "seen_time": now,
            }
            await self._connection.execute(
                postgresql.insert(table)
                .values(
                    tenant_id=tenant_id,
                    kind=drift.kind.value,
                    object_id=drift.object_id,
                    field=drift.field,
                    find_time=now,
                    **values,
                )
                .on_conflict_do_update(index_elements=list(_KEY), set_=values)
            )
        standing = {(drift.kind.value, drift.object_id, drift.field) for drift in found}
        place = tuple_(table.c.kind, table.c.object_id, table.c.field)
        gone = delete(table).where(table.c.tenant_id == tenant_id)
        await self._connection.execute(gone.where(place.not_in(standing)) if standing else gone)

    async def list_after(
        self, tenant_id: str, after: tuple[str, str, str], limit: int
    ) -> list[Drift]:
        """Gives at most `limit` drifts after this (kind, object, field), in order."""
        table = dialer_drifts
        place = tuple_(table.c.kind, table.c.object_id, table.c.field)
        query = (
            select(table)
            .where(table.c.tenant_id == tenant_id, place > tuple_(*map(literal, after)))
            .order_by(table.c.kind, table.c.object_id, table.c.field)
            .limit(limit)
        )
        return [_drift(row) for row in await self._connection.execute(query)]


def _drift(row: Row[Any]) -> Drift:
    return Drift(
        tenant_id=row.tenant_id,
        kind=Kind(row.kind),
        object_id=row.object_id,
        field=row.field,
        expected=row.expected,
        actual=row.actual,
        find_time=row.find_time,
        seen_time=row.seen_time,
    )
