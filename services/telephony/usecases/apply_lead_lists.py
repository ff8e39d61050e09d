"""Brings lists of leads about in the dialer."""

from __future__ import annotations

from typing import Final

from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.telephony.domain.leads.lead_list import LeadList, ListState
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.partners.dialer.lead_tables import LeadTables
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import code_of
from services.telephony.usecases.dialer_change import DialerChanges, converge
from services.telephony.usecases.keep_lead_lists import LEAD_LIST

_YES_NO: Final = {True: "Y", False: "N"}


class LeadListApplier:
    """The effect of an intent: the dialer's list as the store tells."""

    def __init__(self, db: Database[TelephonyStore], dialer: Dialer, leads: LeadTables) -> None:
        self._db, self._dialer, self._leads = db, dialer, leads

    def handlers(self, changes: DialerChanges) -> dict[str, Handler]:
        """What the outbox calls, by kind of intent."""
        return {LEAD_LIST: changes.handler(self.apply)}

    async def apply(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Makes the dialer's list what the store tells."""
        list_id = payload["list_id"]

        async def read() -> LeadList:
            async with self._db.read(tenant_id) as store:
                return await store.lead_lists.get(tenant_id, list_id)

        async def note(wanted: LeadList) -> bool:
            async with self._db.transaction(tenant_id) as store:
                return await store.lead_lists.note_applied(wanted)

        await converge(read, self._write, note)

    async def _write(self, wanted: LeadList) -> None:
        known = await self._noted(wanted)
        if wanted.state is ListState.DELETED:
            # First, so that nothing of it is dialed while its leads go.
            await self._dialer.switch(known, "N")
            await self._leads.delete(int(known.object_id))
            await self._dialer.remove(known)
            async with self._db.transaction(wanted.tenant_id) as store:
                await store.dialer_objects.remove(wanted.tenant_id, Kind.LIST, known.object_id)
            return
        if not await self._dialer.exists(known):
            await self._dialer.make(known)
        await self._dialer.correct(known, known.fields)

    async def _noted(self, wanted: LeadList) -> DialerObject:
        """Puts the list into the map before it is there, so that it is found whatever happens."""
        tenant_id = wanted.tenant_id
        async with self._db.transaction(tenant_id) as store:
            code = await code_of(store, tenant_id)
            campaign = await store.campaigns.get(tenant_id, wanted.campaign_id)
            known = DialerObject(
                tenant_id,
                Kind.LIST,
                str(code.list_id(wanted.number)),
                wanted.list_id,
                ObjectState.ACTIVE,
                {
                    "list_name": wanted.display_name,
                    "campaign_id": code.campaign(campaign.number),
                    "active": _YES_NO[wanted.state is ListState.ACTIVE],
                },
            )
            await store.dialer_objects.put(known)
            return known
