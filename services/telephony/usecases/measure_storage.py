"""Measures what a tenant keeps, and refuses more than it may."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.quota import check_quota
from services.telephony.domain.storage import Kept, kept
from services.telephony.partners.dialer.storage_tables import StorageTables
from services.telephony.partners.directory import Directory
from services.telephony.store import TelephonyStore


@dataclass(frozen=True, slots=True)
class StorageDesk:
    """The map of objects, who is who, and the dialer's tables, if they can be read."""

    db: Database[TelephonyStore]
    directory: Directory
    tables: StorageTables | None

    async def kept(self, tenant_id: str) -> Kept:
        """Gives what the tenant's own users recorded and its own lists hold; raises Unavailable."""
        if self.tables is None:
            raise Unavailable
        async with self.db.read(tenant_id) as store:
            objects = await store.dialer_objects.list(tenant_id, [Kind.USER, Kind.LIST])
        users = [each.object_id for each in objects if each.kind is Kind.USER]
        lists = [each.object_id for each in objects if each.kind is Kind.LIST]
        seconds = await self.tables.recorded_seconds(users)
        return kept(seconds, await self.tables.leads(lists))

    async def check(self, tenant_id: str) -> None:
        """Refuses with QUOTA_EXCEEDED a tenant that has no room left.

        Who can't tell refuses too: what is to be kept can wait. Not counted under a lock: files
        that begin at the same moment may together be more than there is room for.
        """
        limit = (await self.directory.get(tenant_id)).limits.max_storage_gigabytes
        if limit is not None:
            check_quota("storageGigabytes", limit, (await self.kept(tenant_id)).whole_gigabytes)
