"""Which tenants may read their data with SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import NotFound
from services.telephony.store.provisioning_tables import sql_accesses


class SqlAccesses:
    """Accesses that the transaction may see; no password is kept."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, tenant_id: str) -> datetime | None:
        """Gives when the tenant's access was issued, or None."""
        query = select(sql_accesses.c.issue_time).where(sql_accesses.c.tenant_id == tenant_id)
        found: datetime | None = (await self._connection.execute(query)).scalar()
        return found

    async def get(self, tenant_id: str) -> datetime:
        """Gives when the tenant's access was issued; refuses with RESOURCE_NOT_FOUND."""
        found = await self.find(tenant_id)
        if found is None:
            raise NotFound(resource=f"tenants/{tenant_id}/sqlAccess")
        return found

    async def put(self, tenant_id: str) -> datetime:
        """Notes that the access is issued now; before it is, so that it is removed for sure."""
        now = scope_of(self._connection).time
        statement = postgresql.insert(sql_accesses).values(tenant_id=tenant_id, issue_time=now)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id"], set_={"issue_time": now})
        )
        return now

    async def remove(self, tenant_id: str) -> None:
        """Forgets the access."""
        await self._connection.execute(
            delete(sql_accesses).where(sql_accesses.c.tenant_id == tenant_id)
        )
