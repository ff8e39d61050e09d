"""What of a campaign can be changed, and the list of campaigns. None can be made here."""

from __future__ import annotations

from simulators.dialer.web_api import filters
from simulators.dialer.web_api.exchange import REQUIRED, Exchange, Offer

_CHANGEABLE = {
    "campaign_name": ("campaign_name", filters.name, 40),
    "active": ("active", filters.flag, 1),
    "auto_dial_level": ("auto_dial_level", filters.pattern, 6),
    "adaptive_maximum_level": ("adaptive_maximum_level", filters.pattern, 6),
    "campaign_vdad_exten": ("campaign_vdad_exten", filters.word, 20),
    "hopper_level": ("hopper_level", filters.digits, 4),
    "dial_method": ("dial_method", filters.word, 30),
    "dial_timeout": ("dial_timeout", filters.digits, 3),
    "outbound_cid": ("campaign_cid", filters.digits, 20),
    "dispo_call_url": ("dispo_call_url", filters.text, 2000),
}
_LISTED = (
    "campaign_id, campaign_name, active, user_group, dial_method, auto_dial_level, lead_order,"
    " dial_statuses, dial_timeout, dial_prefix, manual_dial_prefix, three_way_dial_prefix"
)


async def update_campaign(asked: Exchange) -> str:
    """Changes a campaign; `reset_hopper` empties its hopper."""
    campaign = asked.get("campaign_id", filters.word)
    if not campaign:
        return asked.error(REQUIRED, campaign)
    if not await asked.db.has("vicidial_campaigns", "campaign_id", campaign):
        return asked.error("CAMPAIGN DOES NOT EXIST", campaign)
    key: dict[str, object] = {"campaign_id": campaign}
    lines = []
    if asked.get("reset_hopper", filters.flag) == "Y":
        emptied = await asked.db.delete("vicidial_hopper", key)
        lines.append(asked.notice("HOPPER HAS BEEN RESET", campaign, emptied))
    await asked.db.update("vicidial_campaigns", key, asked.given(_CHANGEABLE))
    lines.append(asked.success("CAMPAIGN HAS BEEN UPDATED", asked.caller.user, campaign))
    return "\n".join(lines)


async def campaigns_list(asked: Exchange) -> str:
    """A line for each campaign."""
    campaign = asked.get("campaign_id", filters.word)
    query = f"SELECT {_LISTED} FROM vicidial_campaigns"  # noqa: S608
    rows = (
        await asked.db.rows(query + " WHERE campaign_id = %s", campaign)
        if campaign
        else await asked.db.rows(query + " ORDER BY campaign_id")
    )
    if not rows:
        return asked.error("THERE ARE NO CAMPAIGNS TO DISPLAY")
    return "\n".join("|".join("" if value is None else str(value) for value in row) for row in rows)


OFFERS = {
    "update_campaign": Offer(update_campaign, flags=("modify_campaigns",)),
    "campaigns_list": Offer(campaigns_list, flags=("view_reports",)),
}
