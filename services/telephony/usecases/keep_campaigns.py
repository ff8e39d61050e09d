"""Creates and changes campaigns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from services.telephony.domain.audited import of_campaign
from services.telephony.domain.campaign import (
    CallerNumberNotHeld,
    Campaign,
    CampaignState,
    changed,
    check_etag,
    checked,
    moved,
)
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.quota import check_quota
from services.telephony.domain.service_state import check_may_begin, check_may_dial
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import (
    Asked,
    ClientDesk,
    check_ready,
    code_of,
    free_number,
)

CAMPAIGN: Final = "dialer-campaign"
NUMBER_MAX: Final = 999
_MOVES: Final = {
    CampaignState.PAUSED: "campaigns.pause",
    CampaignState.ACTIVE: "campaigns.resume",
    CampaignState.ARCHIVED: "campaigns.archive",
}


async def create_campaign(desk: ClientDesk, wanted: Campaign, asked: Asked) -> Campaign:
    """Adds a campaign, within the tenant's limit."""
    tenant_id = wanted.tenant_id
    # Who can't tell the limit does not answer: then nothing is created.
    limits = (await desk.directory.get(tenant_id)).limits
    async with desk.db.transaction(tenant_id) as store:
        if not await asked.is_repeat(store):
            checked(wanted)
            await check_ready(store, tenant_id)
            code = await code_of(store, tenant_id)
            await store.quotas.hold(tenant_id)
            check_may_begin(await store.service_states.get(tenant_id))
            check_quota("campaigns", limits.max_campaigns, await store.campaigns.count(tenant_id))
            await _check_caller_number(store, wanted)
            last = await store.campaigns.last_number(tenant_id)
            # The dialer has room for so many ids, ever.
            check_quota("campaigns", NUMBER_MAX, last)
            number = await free_number(store, tenant_id, Kind.CAMPAIGN, last, code.campaign)
            await store.campaigns.add(replace(wanted, number=number))
            await store.changes.note(of_campaign("campaigns.create", None, wanted))
            await _ask_for(store, wanted.campaign_id)
            await asked.keep(store)
    return await settled(desk, tenant_id, wanted.campaign_id)


async def change_campaign(
    desk: ClientDesk,
    key: tuple[str, str],
    asked: Asked,
    merge: Callable[[Campaign], Campaign],
    etag: str,
) -> Campaign:
    """Gives a campaign (by tenant and id) other settings: those that `merge` makes of it."""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            campaign = await store.campaigns.get(*key, for_update=True)
            check_etag(etag, campaign.etag)
            wanted = changed(campaign, merge(campaign), desk.clock.now())
            if wanted.caller_number != campaign.caller_number:
                await _check_caller_number(store, wanted)
            await _save(store, wanted)
            await store.changes.note(of_campaign("campaigns.update", campaign, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def move_campaign(
    desk: ClientDesk, key: tuple[str, str], asked: Asked, state: CampaignState
) -> Campaign:
    """Pauses, resumes or archives a campaign (by tenant and id)."""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            campaign = await store.campaigns.get(*key, for_update=True)
            wanted = moved(campaign, state, desk.clock.now())
            if wanted is not campaign:
                if state is CampaignState.ACTIVE:
                    check_may_dial(await store.service_states.get(key[0]))
                    await _check_caller_number(store, wanted)
                await _save(store, wanted)
                await store.changes.note(of_campaign(_MOVES[state], campaign, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def settled(desk: ClientDesk, tenant_id: str, campaign_id: str) -> Campaign:
    """Gives the campaign when the dialer has it, or after a while anyway."""

    async def look(store: TelephonyStore) -> Campaign:
        return await store.campaigns.get(tenant_id, campaign_id)

    return await desk.changes.settled(tenant_id, look)


async def _save(store: TelephonyStore, campaign: Campaign) -> None:
    await store.campaigns.save(campaign)
    await _ask_for(store, campaign.campaign_id)


async def _ask_for(store: TelephonyStore, campaign_id: str) -> None:
    await store.outbox.add(CAMPAIGN, {"campaign_id": campaign_id})


async def _check_caller_number(store: TelephonyStore, campaign: Campaign) -> None:
    number = campaign.caller_number
    if number and not await store.dids.is_held(campaign.tenant_id, number.removeprefix("+")):
        raise CallerNumberNotHeld("The number is none of yours.", phone_number=number)
