"""Gives a tenant a login to views of its own data, and takes it away."""

from __future__ import annotations

from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.views import selects
from services.telephony.partners.dialer.sql_views import SqlViews
from services.telephony.store import TelephonyStore


class SqlAccess:
    """Issues, refreshes, removes; whoever calls it holds the tenant's lease."""

    def __init__(self, db: Database[TelephonyStore], views: SqlViews) -> None:
        self._db, self._views = db, views

    async def issue(self, tenant_id: str) -> str:
        """Makes the login that was noted, or makes it anew; gives its password."""
        async with self._db.operator_read() as store:
            code = await store.dialer_tenants.get(tenant_id)
            objects = await store.dialer_objects.list(tenant_id)
        return await self._views.issue(code.neutral, selects(objects, self._views.tables))

    async def refresh(self, tenant_id: str) -> None:
        """Shows what the tenant has got since, and no more what it has lost."""
        async with self._db.operator_read() as store:
            if await store.sql_accesses.find(tenant_id) is None:
                return
            code = await store.dialer_tenants.get(tenant_id)
            objects = await store.dialer_objects.list(tenant_id)
        await self._views.refresh(code.neutral, selects(objects, self._views.tables))

    async def remove(self, tenant_id: str) -> None:
        """Removes the access, if there is one."""
        async with self._db.operator_read() as store:
            if await store.sql_accesses.find(tenant_id) is None:
                return
            code = await store.dialer_tenants.get(tenant_id)
        await self._views.remove(code.neutral)
        async with self._db.operator_transaction() as store:
            await store.sql_accesses.remove(tenant_id)
