"""Reads and changes leads of the lists that a tenant has."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, Final

from services.kit.db.outbox import Intent
from services.kit.db.transaction import Database
from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.audited import of_lead
from services.telephony.partners.dialer.lead_tables import LeadTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked, code_of
from services.telephony.usecases.keep_lead_lists import lead_list_there

CHANGE_LEAD: Final = "dialer-lead"
_PATIENCE_SECONDS: Final = 4.0


class LeadDesk:
    """Leads by tenant, list and the dialer's number; each list is looked up as the tenant's own.

    Refuses with RESOURCE_NOT_FOUND, and while there is no dialer with TEMPORARILY_UNAVAILABLE.
    """

    def __init__(
        self, db: Database[TelephonyStore], leads: LeadTables | None, wake: asyncio.Event
    ) -> None:
        self._db, self._leads, self._wake = db, leads, wake
        self._awaited: dict[uuid.UUID, asyncio.Event] = {}

    async def leads_after(
        self, tenant_id: str, list_id: str, after: int, limit: int
    ) -> list[dict[str, Any]]:
        """Gives leads of a list with numbers after this one."""
        dialer_list = await self._dialer_list(tenant_id, list_id)
        return await self._tables().leads_after(dialer_list, after, limit)

    async def lead(self, tenant_id: str, list_id: str, number: int) -> dict[str, Any]:
        """Gives one lead."""
        dialer_list = await self._dialer_list(tenant_id, list_id)
        found = await self._tables().lead(dialer_list, number)
        if found is None:
            raise NotFound(resource=f"tenants/{tenant_id}/leadLists/{list_id}")
        return found

    async def change(self, key: tuple[str, str, int], values: dict[str, str], asked: Asked) -> None:
        """Changes a lead (by tenant, list and number) by an intent, and waits a while for it."""
        await self.lead(*key)
        tenant_id, list_id, number = key
        payload = {"list_id": list_id, "lead": number, "values": values}
        async with self._db.transaction(tenant_id) as store:
            if await asked.is_repeat(store):
                return
            intent = await store.outbox.add(CHANGE_LEAD, payload)
            await store.changes.note(of_lead(tenant_id, asked.request.lead.name, values))
            await asked.keep(store)
            done = self._awaited[intent] = asyncio.Event()
        self._wake.set()
        try:
            await asyncio.wait_for(done.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            return
        finally:
            self._awaited.pop(intent, None)

    async def apply(self, intent: Intent) -> None:
        """What the outbox calls; writing the same values again changes nothing."""
        assert intent.tenant_id is not None
        payload = intent.payload
        try:
            dialer_list = await self._dialer_list(intent.tenant_id, payload["list_id"])
        except NotFound:
            # The list was deleted meanwhile, and the lead with it.
            return
        await self._tables().update(dialer_list, payload["lead"], payload["values"])
        if intent.outbox_id in self._awaited:
            self._awaited[intent.outbox_id].set()

    async def _dialer_list(self, tenant_id: str, list_id: str) -> int:
        async with self._db.read(tenant_id) as store:
            found = await lead_list_there(store, tenant_id, list_id)
            return (await code_of(store, tenant_id)).list_id(found.number)

    def _tables(self) -> LeadTables:
        if self._leads is None:
            raise Unavailable
        return self._leads
