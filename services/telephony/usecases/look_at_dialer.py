"""What a tenant's agents and campaigns do at the moment, in the tenant's own names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.telephony.domain.agent import Activity, Agent, Presence
from services.telephony.domain.campaign import Campaign
from services.telephony.partners.dialer.live_tables import AgentRow, LiveTables
from services.telephony.store import TelephonyStore

_ACTIVITIES: Final = {
    "READY": Activity.WAITING,
    "CLOSER": Activity.WAITING,
    "QUEUE": Activity.CONNECTING,
    "MQUEUE": Activity.CONNECTING,
    "INCALL": Activity.ON_CALL,
    "PAUSED": Activity.PAUSED,
}


async def dialable_leads(
    db: Database[TelephonyStore],
    live: LiveTables | None,
    tenant_id: str,
    campaigns: Sequence[Campaign],
) -> dict[int, int]:
    """Gives the leads that can be dialed by the campaign's number; {} while nobody knows."""
    if live is None or not campaigns:
        return {}
    async with db.read(tenant_id) as store:
        code = await store.dialer_tenants.find(tenant_id)
    if code is None:
        return {}
    try:
        counts = await live.dialable_leads([code.campaign(each.number) for each in campaigns])
    except Unavailable:
        return {}
    numbers = {code.campaign(each.number): each.number for each in campaigns}
    return {numbers[campaign]: count for campaign, count in counts.items() if campaign in numbers}


async def presences(
    db: Database[TelephonyStore], live: LiveTables | None, tenant_id: str, agents: Sequence[Agent]
) -> dict[int, Presence] | None:
    """Gives what agents do by their numbers; those that are not logged in are missing.

    None while nobody knows.
    """
    if live is None:
        return None
    async with db.read(tenant_id) as store:
        code = await store.dialer_tenants.find(tenant_id)
        names = {
            code.campaign(each.number): f"tenants/{tenant_id}/campaigns/{each.campaign_id}"
            for each in (await store.campaigns.all(tenant_id) if code else [])
            if code
        }
    if code is None or not agents:
        return {}
    numbers = {code.user(each.number): each.number for each in agents}
    try:
        rows = await live.agents(list(numbers))
    except Unavailable:
        return None
    now = db.clock.now()
    return {
        numbers[row.user]: Presence(
            _activity(row),
            now - timedelta(seconds=row.seconds) if row.seconds is not None else None,
            names.get(row.campaign, ""),
        )
        for row in rows
        if row.user in numbers
    }


def _activity(row: AgentRow) -> Activity:
    """The dialer calls an agent paused that still has a lead to say something of."""
    if row.status == "PAUSED" and row.lead_id:
        return Activity.WRAP_UP
    return _ACTIVITIES.get(row.status, Activity.PAUSED)
