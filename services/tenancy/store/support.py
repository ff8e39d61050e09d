"""Reads and writes the looks that staff were given at clients' accounts, and who wants none."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.tenancy.domain.support_access import SupportAccess
from services.tenancy.store.tables_support import support_accesses as table
from services.tenancy.store.tables_support import support_policies


class Support:
    """The accesses and policies that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, access: SupportAccess) -> None:
        """Adds an access."""
        await self._connection.execute(insert(table).values(asdict(access)))

    async def find(
        self, tenant_id: str, access_id: str, *, for_update: bool = False
    ) -> SupportAccess | None:
        """Gives an access, or None."""
        query = select(table).where(*_of(tenant_id, access_id))
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return SupportAccess(**row) if row else None

    async def set_times(self, access: SupportAccess) -> None:
        """Writes when an access was first used, and when it was ended."""
        await self._connection.execute(
            update(table)
            .where(*_of(access.tenant_id, access.access_id))
            .values(begin_time=access.begin_time, end_time=access.end_time)
        )

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int
    ) -> list[SupportAccess]:
        """Gives at most `limit` accesses, latest first, from behind `before` on."""
        query = select(table).where(table.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(tuple_(table.c.create_time, table.c.access_id) < before)
        query = query.order_by(table.c.create_time.desc(), table.c.access_id.desc()).limit(limit)
        return [SupportAccess(**row) for row in (await self._connection.execute(query)).mappings()]

    async def list_open(self, tenant_id: str, now: datetime) -> list[SupportAccess]:
        """Gives a client's accesses that are not over, and lets nobody else change them."""
        query = (
            select(table)
            .where(table.c.tenant_id == tenant_id)
            .where(table.c.end_time.is_(None), table.c.expire_time > now)
            .order_by(table.c.access_id)
            .with_for_update()
        )
        return [SupportAccess(**row) for row in (await self._connection.execute(query)).mappings()]

    async def may_look(self, tenant_id: str) -> bool:
        """Tells whether a client allows it; it does until it says otherwise."""
        query = select(support_policies.c.may_look).where(support_policies.c.tenant_id == tenant_id)
        found = (await self._connection.execute(query)).scalar()
        return found is None or bool(found)

    async def set_policy(self, tenant_id: str, *, may_look: bool) -> None:
        """Writes whether a client allows it."""
        await self._connection.execute(
            postgresql.insert(support_policies)
            .values(tenant_id=tenant_id, may_look=may_look)
            .on_conflict_do_update(index_elements=["tenant_id"], set_={"may_look": may_look})
        )


def _of(tenant_id: str, access_id: str) -> tuple[Any, Any]:
    return table.c.tenant_id == tenant_id, table.c.access_id == access_id
