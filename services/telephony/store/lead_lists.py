"""Reads and writes lists of leads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.leads.lead_list import LeadList, ListState
from services.telephony.store.tables_leads import lead_lists as table
from services.telephony.store.tables_leads import lead_uploads


class LeadLists:
    """The lists that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tenant_id: str, list_id: str, *, for_update: bool = False) -> LeadList:
        """Gives a list; refuses with RESOURCE_NOT_FOUND."""
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.list_id == list_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/leadLists/{list_id}")
        return _list(row)

    async def list_after(self, tenant_id: str, list_id: str, limit: int) -> list[LeadList]:
        """Gives at most `limit` lists with ids after this one, in order, none deleted."""
        query = (
            select(table)
            .where(
                table.c.tenant_id == tenant_id,
                table.c.list_id > list_id,
                table.c.state != ListState.DELETED,
            )
            .order_by(table.c.list_id)
            .limit(limit)
        )
        return [_list(row) for row in await self._connection.execute(query)]

    async def numbers(self, tenant_id: str, campaign_id: str = "") -> list[int]:
        """Gives the numbers of a tenant's lists, or of one campaign's, none deleted."""
        query = select(table.c.number).where(
            table.c.tenant_id == tenant_id, table.c.state != ListState.DELETED
        )
        if campaign_id:
            query = query.where(table.c.campaign_id == campaign_id)
        return list((await self._connection.execute(query)).scalars())

    async def next_number(self, tenant_id: str) -> int:
        """Gives a number that no list and no upload has had; who calls holds the quotas' lock.

        The first is that of the list that every tenant is set up with.
        """
        query = select(
            func.greatest(
                select(func.coalesce(func.max(table.c.number), 1))
                .where(table.c.tenant_id == tenant_id)
                .scalar_subquery(),
                select(func.coalesce(func.max(lead_uploads.c.number), 1))
                .where(lead_uploads.c.tenant_id == tenant_id)
                .scalar_subquery(),
            )
        )
        return int((await self._connection.execute(query)).scalar_one()) + 1

    async def add(self, wanted: LeadList) -> None:
        """Adds a list; refuses with RESOURCE_ALREADY_EXISTS."""
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(table).values(**_values(wanted)))
        except IntegrityError as error:
            raise AlreadyExists("There is such a list already.", resource=wanted.name) from error

    async def save(self, wanted: LeadList) -> None:
        """Writes a list as it is now asked for."""
        values = _values(wanted)
        del values["applied_version"]
        await self._connection.execute(
            update(table)
            .where(table.c.tenant_id == wanted.tenant_id, table.c.list_id == wanted.list_id)
            .values(**values)
        )

    async def note_applied(self, wanted: LeadList) -> bool:
        """Notes that the dialer has the list as it is here; False if another is asked for."""
        noted = await self._connection.execute(
            update(table)
            .where(
                table.c.tenant_id == wanted.tenant_id,
                table.c.list_id == wanted.list_id,
                table.c.version == wanted.version,
            )
            .values(applied_version=wanted.version)
        )
        return noted.rowcount == 1


def _values(wanted: LeadList) -> dict[str, Any]:
    return asdict(wanted)


def _list(row: Row[Any]) -> LeadList:
    return LeadList(**{**row._mapping, "state": ListState(row.state)})
