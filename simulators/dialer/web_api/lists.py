"""Lists and do-not-call numbers."""

from __future__ import annotations

from simulators.dialer.web_api import filters
from simulators.dialer.web_api.exchange import REQUIRED, Exchange, Offer

_CHANGEABLE = {
    "list_name": ("list_name", filters.name, 30),
    "campaign_id": ("campaign_id", filters.word, 8),
    "active": ("active", filters.flag, 1),
    "list_description": ("list_description", filters.text, 255),
    "outbound_cid": ("campaign_cid_override", filters.digits, 20),
    "reset_time": ("reset_time", filters.text, 100),
    "local_call_time": ("local_call_time", filters.word, 10),
    "expiration_date": ("expiration_date", filters.text, 10),
    "web_form_address": ("web_form_address", filters.text, 2000),
}


async def add_list(asked: Exchange) -> str:
    """Adds a list to a campaign, inactive unless told otherwise."""
    list_id = asked.get("list_id", filters.digits)
    list_name = asked.get("list_name", filters.name)
    campaign = asked.get("campaign_id", filters.word)
    if not 2 <= len(list_id) <= 14 or not 2 <= len(list_name) <= 30 or not campaign:
        return asked.error(REQUIRED, list_id, list_name, campaign)
    if not await asked.db.has("vicidial_campaigns", "campaign_id", campaign):
        return asked.error("CAMPAIGN DOES NOT EXIST", campaign)
    if await asked.db.has("vicidial_lists", "list_id", int(list_id)):
        return asked.error("LIST ALREADY EXISTS", list_id)
    values = {"list_id": int(list_id), "active": "N", **asked.given(_CHANGEABLE)}
    await asked.db.insert("vicidial_lists", values)
    return asked.success("LIST HAS BEEN ADDED", asked.caller.user, list_id, list_name, campaign)


async def update_list(asked: Exchange) -> str:
    """Changes a list, resets it, or deletes it or its leads."""
    list_id = asked.get("list_id", filters.digits)
    if not 2 <= len(list_id) <= 14:
        return asked.error(REQUIRED, list_id)
    if not await asked.db.has("vicidial_lists", "list_id", int(list_id)):
        if asked.get("insert_if_not_found", filters.flag) == "Y":
            return await add_list(asked)
        return asked.error("LIST DOES NOT EXIST", list_id)
    key: dict[str, object] = {"list_id": int(list_id)}
    deletes = {
        field for field in ("delete_list", "delete_leads") if asked.get(field, filters.flag) == "Y"
    }
    if deletes and asked.caller.flags.get("delete_lists") != "1":
        return asked.error("USER DOES NOT HAVE PERMISSION TO DELETE LISTS", list_id)
    lines = []
    if "delete_leads" in deletes:
        lines.append(asked.notice("LEADS DELETED", await asked.db.delete("vicidial_list", key)))
    if "delete_list" in deletes:
        await asked.db.delete("vicidial_lists", key)
        return "\n".join([*lines, asked.success("LIST HAS BEEN DELETED", list_id)])
    if asked.get("reset_list", filters.flag) == "Y":
        reset: dict[str, object] = {"called_since_last_reset": "N"}
        lines.append(
            asked.notice("LEADS RESET", await asked.db.update("vicidial_list", key, reset))
        )
    campaign = asked.get("campaign_id", filters.word)
    if campaign and not await asked.db.has("vicidial_campaigns", "campaign_id", campaign):
        return asked.error("CAMPAIGN DOES NOT EXIST", campaign)
    await asked.db.update("vicidial_lists", key, asked.given(_CHANGEABLE))
    return "\n".join([*lines, asked.success("LIST HAS BEEN UPDATED", asked.caller.user, list_id)])


async def list_info(asked: Exchange) -> str:
    """One line with a delimiter at its end."""
    list_id = asked.get("list_id", filters.digits)
    found = await asked.db.row(
        "SELECT list_id, list_name, campaign_id, active, list_changedate, list_lastcalldate,"
        " expiration_date, resets_today FROM vicidial_lists WHERE list_id = %s",
        int(list_id or 0),
    )
    if found is None:
        return asked.error("LIST DOES NOT EXIST", list_id)
    return "".join(f"{'' if value is None else value}|" for value in found)


async def add_dnc_phone(asked: Exchange) -> str:
    """Adds a number to a campaign's or everybody's list of those not to call."""
    table, key = _dnc_place(asked)
    if not key:
        return asked.error(REQUIRED, asked.fields.get("phone_number", ""))
    if await asked.db.update(table, key, key) or await _listed(asked, table, key):
        return asked.error("DNC NUMBER ALREADY EXISTS", *key.values())
    await asked.db.insert(table, key)
    return asked.success("DNC NUMBER ADDED", asked.caller.user, *key.values())


async def delete_dnc_phone(asked: Exchange) -> str:
    """Takes a number off such a list."""
    table, key = _dnc_place(asked)
    if not key:
        return asked.error(REQUIRED, asked.fields.get("phone_number", ""))
    if asked.caller.flags.get("delete_from_dnc") != "1":
        return asked.error("USER DOES NOT HAVE PERMISSION TO DELETE FROM DNC", *key.values())
    if not await asked.db.delete(table, key):
        return asked.error("DNC NUMBER DOES NOT EXIST", *key.values())
    return asked.success("DNC NUMBER DELETED", asked.caller.user, *key.values())


def _dnc_place(asked: Exchange) -> tuple[str, dict[str, object]]:
    number = asked.get("phone_number", filters.digits)
    campaign = asked.get("campaign_id", filters.word)
    if not 6 <= len(number) <= 20 or not campaign:
        return "", {}
    if campaign == "SYSTEM_INTERNAL":
        return "vicidial_dnc", {"phone_number": number}
    return "vicidial_campaign_dnc", {"phone_number": number, "campaign_id": campaign}


async def _listed(asked: Exchange, table: str, key: dict[str, object]) -> bool:
    where = " AND ".join(f"`{column}` = %s" for column in key)
    query = f"SELECT 1 FROM `{table}` WHERE {where}"  # noqa: S608
    return await asked.db.row(query, *key.values()) is not None


OFFERS = {
    "add_list": Offer(add_list, flags=("modify_lists",)),
    "update_list": Offer(update_list, flags=("modify_lists",)),
    "list_info": Offer(list_info, flags=("modify_lists",)),
    "add_dnc_phone": Offer(add_dnc_phone, flags=("modify_lists",), agent_api=False),
    "delete_dnc_phone": Offer(delete_dnc_phone, flags=("modify_lists",), agent_api=False),
}
