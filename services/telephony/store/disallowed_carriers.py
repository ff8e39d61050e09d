"""Reads and writes which carriers tenants' calls may not take."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.telephony.store.tables_accounts import disallowed_carriers as table

Pair = tuple[str, str]


class DisallowedCarriers:
    """Pairs of a tenant and a carrier, as far as the transaction may see them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, tenant_id: str) -> Set[str]:
        """Gives the carriers that a tenant's calls may not take."""
        query = select(table.c.carrier_id).where(table.c.tenant_id == tenant_id)
        return set(await self._connection.scalars(query))

    async def replace(self, wanted: Set[Pair]) -> Set[str]:
        """Puts these pairs in place of all others; gives the tenants for whom something changed."""
        rows = await self._connection.execute(select(table.c.tenant_id, table.c.carrier_id))
        had = {(row.tenant_id, row.carrier_id) for row in rows}
        for tenant_id, carrier_id in had - wanted:
            await self._connection.execute(
                delete(table).where(
                    table.c.tenant_id == tenant_id, table.c.carrier_id == carrier_id
                )
            )
        if new := wanted - had:
            values = [{"tenant_id": one, "carrier_id": other} for one, other in sorted(new)]
            await self._connection.execute(insert(table), values)
        return {tenant_id for tenant_id, _ in had ^ wanted}
