"""Reads and writes who wants tenants to be stopped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.telephony.domain.provisioning.blocking import State
from services.telephony.domain.wish import Source, Wish
from services.telephony.store.tables_accounts import service_state_wishes as wishes


class Wishes:
    """The wishes that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, tenant_id: str) -> list[Wish]:
        """Gives what is wanted of a tenant."""
        query = select(wishes).where(wishes.c.tenant_id == tenant_id)
        return [_wish(row) for row in await self._connection.execute(query)]

    async def from_source(self, source: Source) -> dict[str, Wish]:
        """Gives what one source wants, by tenant."""
        query = select(wishes).where(wishes.c.source == source.value)
        return {row.tenant_id: _wish(row) for row in await self._connection.execute(query)}

    async def keep(self, tenant_id: str, wish: Wish) -> None:
        """Keeps a wish in place of an earlier one of the same source."""
        values = {
            "state": wish.state.value,
            "reason": wish.reason,
            "keep_inbound": wish.keep_inbound,
            "change_time": scope_of(self._connection).time,
        }
        put = insert(wishes).values(tenant_id=tenant_id, source=wish.source.value, **values)
        await self._connection.execute(
            put.on_conflict_do_update(index_elements=["tenant_id", "source"], set_=values)
        )


def _wish(row: Row[Any]) -> Wish:
    return Wish(Source(row.source), State(row.state), row.reason, row.keep_inbound)
