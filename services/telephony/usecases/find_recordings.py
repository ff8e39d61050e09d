"""Finds a tenant's recordings: those of its own agents, as the map of objects tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.kit.db.transaction import Database
from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.call_code import parse
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.recording import Recording, path_of
from services.telephony.partners.dialer.recording_tables import Period, RecordingTables
from services.telephony.partners.recordings import RecordingFiles
from services.telephony.store import TelephonyStore

# The dialer begins and ends recordings by clocks of its own.
_SLACK_SECONDS: Final = 30


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

    async def period_of(self, tenant_id: str, call: str, within: Period, name: str) -> Period:
        """Gives when, and of what, a call of the tenant's was recorded.

        Refuses with RESOURCE_NOT_FOUND, naming `name`.
        """
        async with self.db.operator_read() as store:
            leg = await store.legs.trace(tenant_id, call)
        if leg is None:
            raise NotFound(resource=name)
        code = parse(leg.call_code)
        return Period(
            max(within.first, leg.first_seconds - _SLACK_SECONDS),
            min(within.last, leg.last_seconds + _SLACK_SECONDS),
            leg.uniqueid,
            code.lead_id if code is not None else 0,
        )

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
