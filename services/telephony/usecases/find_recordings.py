"""Finds a tenant's recordings: those of its own agents, as the map of objects tells them."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.recording import Recording, path_of
from services.telephony.partners.dialer.recording_tables import Period, RecordingTables
from services.telephony.partners.recordings import RecordingFiles
from services.telephony.store import TelephonyStore


@dataclass(frozen=True, slots=True)
class RecordingDesk:
    """The store, the dialer's log, and the server that keeps the files under these names."""

    db: Database[TelephonyStore]
    tables: RecordingTables | None
    files: RecordingFiles | None
    hosts: frozenset[str]

    async def listed(
        self, tenant_id: str, period: Period, before: int, limit: int
    ) -> list[tuple[Recording, str]]:
        """Gives recordings, newest first, each with the list of its lead, empty if it is gone."""
        users, lists = await self._own(tenant_id)
        if self.tables is None:
            raise Unavailable
        found = await self.tables.list_before(users, period, before, limit)
        # A lead may have been moved to where it is none of the tenant's.
        return [(each, lists.get(str(each.list_number), "")) for each in found]

    async def path(self, tenant_id: str, number: int, name: str) -> str:
        """Gives the path of a recording's file; refuses with RESOURCE_NOT_FOUND."""
        users, _ = await self._own(tenant_id)
        if self.tables is None:
            raise Unavailable
        found = await self.tables.find(users, number)
        path = path_of(found.location, self.hosts) if found is not None else None
        if path is None:
            raise NotFound(resource=name)
        return path

    async def _own(self, tenant_id: str) -> tuple[list[str], dict[str, str]]:
        async with self.db.read(tenant_id) as store:
            objects = await store.dialer_objects.list(tenant_id, [Kind.USER, Kind.LIST])
        users = [each.object_id for each in objects if each.kind is Kind.USER]
        lists = {each.object_id: each.resource_id for each in objects if each.kind is Kind.LIST}
        return users, lists
