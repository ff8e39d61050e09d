"""Creates, changes and deletes lists of leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from services.telephony.domain.audited import of_lead_list
from services.telephony.domain.campaign import check_etag
from services.telephony.domain.leads.lead_list import (
    LeadList,
    ListState,
    changed,
    check_there,
    checked,
    deleted,
)
from services.telephony.domain.leads.upload import LeadUploadRuns
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.quota import check_quota
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked, ClientDesk, code_of

LEAD_LIST: Final = "dialer-lead-list"
# A tenant has so many ids for lists, and uploads take some of them.
NUMBER_MAX: Final = 90_000
_DEFAULT: Final = "default"


async def create_lead_list(desk: ClientDesk, wanted: LeadList, asked: Asked) -> LeadList:
    """Adds a list of a campaign."""
    tenant_id = wanted.tenant_id
    async with desk.db.transaction(tenant_id) as store:
        if not await asked.is_repeat(store):
            checked(wanted)
            await code_of(store, tenant_id)
            await store.campaigns.get(tenant_id, wanted.campaign_id)
            number = await next_number(store, tenant_id)
            await store.lead_lists.add(replace(wanted, number=number))
            await _ask_for(store, wanted.list_id)
            await store.changes.note(of_lead_list("leadLists.create", None, wanted))
            await asked.keep(store)
    return await settled(desk, tenant_id, wanted.list_id)


async def next_number(store: TelephonyStore, tenant_id: str) -> int:
    """Gives the number of a new list in the dialer; nobody else gets it."""
    await store.quotas.hold(tenant_id)
    number = await store.lead_lists.next_number(tenant_id)
    check_quota("leadLists", NUMBER_MAX, number - 1)
    return number


async def change_lead_list(
    desk: ClientDesk,
    key: tuple[str, str],
    asked: Asked,
    merge: Callable[[LeadList], LeadList],
    etag: str,
) -> LeadList:
    """Gives a list (by tenant and id) other settings: those that `merge` makes of it."""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            current = await store.lead_lists.get(*key, for_update=True)
            check_etag(etag, current.etag)
            wanted = changed(current, merge(current), desk.clock.now())
            if wanted.campaign_id != current.campaign_id:
                await store.campaigns.get(key[0], wanted.campaign_id)
            await _save(store, wanted)
            await store.changes.note(of_lead_list("leadLists.update", current, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def delete_lead_list(desk: ClientDesk, key: tuple[str, str], asked: Asked) -> LeadList:
    """Deletes a list (by tenant and id) with its leads."""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            current = await store.lead_lists.get(*key, for_update=True)
            if await store.lead_uploads.runs(*key):
                raise LeadUploadRuns("Leads are being uploaded to the list.")
            wanted = deleted(current, desk.clock.now())
            if wanted is not current:
                await _save(store, wanted)
                await store.changes.note(of_lead_list("leadLists.delete", current, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def lead_list_there(
    store: TelephonyStore, tenant_id: str, list_id: str, *, for_update: bool = False
) -> LeadList:
    """Gives a list that is not deleted; refuses with RESOURCE_NOT_FOUND."""
    found = await store.lead_lists.get(tenant_id, list_id, for_update=for_update)
    check_there(found)
    return found


async def adopt_lead_list(store: TelephonyStore, tenant_id: str) -> None:
    """Makes the list that the tenant was set up with one of the tenant's own."""
    objects = await store.dialer_objects.list(tenant_id, [Kind.LIST, Kind.CAMPAIGN])
    known = [each for each in objects if each.resource_id == _DEFAULT]
    if {each.kind for each in known} != {Kind.LIST, Kind.CAMPAIGN}:
        return
    await store.quotas.hold(tenant_id)
    if 1 in await store.lead_lists.numbers(tenant_id):
        return
    shown = next(each for each in known if each.kind is Kind.LIST).fields.get("list_name", "Leads")
    now = store.scope.time
    await store.lead_lists.add(
        LeadList(
            tenant_id, _DEFAULT, 1, shown, _DEFAULT, now, now,
            state=ListState.ACTIVE, applied_version=1,
        )
    )  # fmt: skip


async def settled(desk: ClientDesk, tenant_id: str, list_id: str) -> LeadList:
    """Gives the list when the dialer has it, or after a while anyway."""

    async def look(store: TelephonyStore) -> LeadList:
        return await store.lead_lists.get(tenant_id, list_id)

    return await desk.changes.settled(tenant_id, look)


async def _save(store: TelephonyStore, wanted: LeadList) -> None:
    await store.lead_lists.save(wanted)
    await _ask_for(store, wanted.list_id)


async def _ask_for(store: TelephonyStore, list_id: str) -> None:
    await store.outbox.add(LEAD_LIST, {"list_id": list_id})
