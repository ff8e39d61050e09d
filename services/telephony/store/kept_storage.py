"""Reads and writes what tenants kept, day by day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.telephony.domain.storage import Kept
from services.telephony.store.tables_accounts import kept_storage as table


class KeptStorage:
    """What is kept by the tenants that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def has(self, tenant_id: str, day: date) -> bool:
        """Says whether usage has been told of the day."""
        query = select(table.c.day).where(table.c.tenant_id == tenant_id, table.c.day == day)
        return (await self._connection.execute(query)).first() is not None

    async def add(self, tenant_id: str, day: date, kept: Kept) -> None:
        """Notes that usage has been told; once."""
        statement = insert(table).values(
            tenant_id=tenant_id,
            day=day,
            recordings_bytes=kept.recordings_bytes,
            leads_bytes=kept.leads_bytes,
            create_time=scope_of(self._connection).time,
        )
        await self._connection.execute(statement.on_conflict_do_nothing())
