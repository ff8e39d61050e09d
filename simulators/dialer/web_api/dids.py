"""Numbers that callers dial. Whose they are cannot be said: a new one is everybody's."""

from __future__ import annotations

from simulators.dialer.web_api import filters
from simulators.dialer.web_api.exchange import REQUIRED, Exchange, Offer

_CHANGEABLE = {
    "did_description": ("did_description", filters.name, 50),
    "active": ("did_active", filters.flag, 1),
    "did_route": ("did_route", filters.word, 12),
    "record_call": ("record_call", filters.word, 12),
    "extension": ("extension", filters.pattern, 50),
    "exten_context": ("exten_context", filters.word, 50),
    "voicemail_ext": ("voicemail_ext", filters.word, 10),
    "phone_extension": ("phone", filters.word, 100),
    "server_ip": ("server_ip", filters.pattern, 15),
    "group": ("group_id", filters.word, 20),
    "menu_id": ("menu_id", filters.word, 50),
    "call_handle_method": ("call_handle_method", filters.word, 40),
    "agent_search_method": ("agent_search_method", filters.letters, 2),
    "list_id": ("list_id", filters.digits, 14),
    "campaign_id": ("campaign_id", filters.word, 8),
    "phone_code": ("phone_code", filters.digits, 10),
}


async def add_did(asked: Exchange) -> str:
    """Adds a number; a plus must be sent as %2B, or it is a space and gone."""
    pattern = asked.get("did_pattern", filters.pattern)
    description = asked.get("did_description", filters.name)
    if not 2 <= len(pattern) <= 50 or not 6 <= len(description) <= 50:
        return asked.error(REQUIRED, pattern, description)
    if await asked.db.has("vicidial_inbound_dids", "did_pattern", pattern):
        return asked.error("DID ALREADY EXISTS", pattern)
    await asked.db.insert(
        "vicidial_inbound_dids", {"did_pattern": pattern, **asked.given(_CHANGEABLE)}
    )
    return asked.success("DID HAS BEEN ADDED", asked.caller.user, pattern, description)


async def update_did(asked: Exchange) -> str:
    """Changes a number, or deletes it."""
    pattern = asked.get("did_pattern", filters.pattern)
    if not await asked.db.has("vicidial_inbound_dids", "did_pattern", pattern):
        return asked.error("DID DOES NOT EXIST", pattern)
    key: dict[str, object] = {"did_pattern": pattern}
    if asked.get("delete_did", filters.flag) == "Y":
        if asked.caller.flags.get("delete_inbound_dids") != "1":
            return asked.error("USER DOES NOT HAVE PERMISSION TO DELETE DIDS", pattern)
        await asked.db.delete("vicidial_inbound_dids", key)
        return asked.success("DID HAS BEEN DELETED", asked.caller.user, pattern)
    await asked.db.update("vicidial_inbound_dids", key, asked.given(_CHANGEABLE))
    return asked.success("DID HAS BEEN UPDATED", asked.caller.user, pattern)


OFFERS = {
    "add_did": Offer(add_did, flags=("modify_inbound_dids",)),
    "update_did": Offer(update_did, flags=("modify_inbound_dids",)),
}
