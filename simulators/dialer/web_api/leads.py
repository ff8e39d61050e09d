"""Leads, one at a time."""

from __future__ import annotations

from datetime import UTC, datetime

from simulators.dialer.web_api import filters
from simulators.dialer.web_api.exchange import Exchange, Offer

# Where a lead lands whose list has fewer than three digits.
FALLBACK_LIST = 999
_FIELDS = {
    "vendor_lead_code": ("vendor_lead_code", filters.text, 20),
    "source_id": ("source_id", filters.text, 50),
    "title": ("title", filters.name, 4),
    "first_name": ("first_name", filters.name, 30),
    "last_name": ("last_name", filters.name, 30),
    "address1": ("address1", filters.name, 100),
    "city": ("city", filters.name, 50),
    "state": ("state", filters.name, 2),
    "province": ("province", filters.name, 50),
    "postal_code": ("postal_code", filters.name, 10),
    "country_code": ("country_code", filters.letters, 3),
    "email": ("email", filters.text, 70),
    "comments": ("comments", filters.text, 255),
    "owner": ("owner", filters.name, 20),
    "status": ("status", filters.word, 6),
}


async def add_lead(asked: Exchange) -> str:
    """Adds a lead. A list that does not exist is taken, and a short one is another list."""
    number = asked.get("phone_number", filters.digits)
    if not 6 <= len(number) <= 16:
        return asked.error("INVALID PHONE NUMBER", number)
    digits = asked.get("list_id", filters.digits)
    list_id = int(digits) if len(digits) >= 3 else FALLBACK_LIST
    if asked.get("list_exists_check", filters.flag) == "Y" and not await asked.db.has(
        "vicidial_lists", "list_id", list_id
    ):
        return asked.error("NOT A DEFINED LIST ID, LIST EXISTS CHECK ENABLED", list_id)
    if asked.get("duplicate_check", filters.word) == "DUPLIST":
        query = "SELECT lead_id FROM vicidial_list WHERE phone_number = %s AND list_id = %s"
        if found := await asked.db.row(query, number, list_id):
            return asked.error("DUPLICATE PHONE NUMBER IN LIST", number, list_id, found[0])
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    values: dict[str, object] = {
        "entry_date": now,
        "modify_date": now,
        "status": "NEW",
        "list_id": list_id,
        "phone_code": asked.get("phone_code", filters.digits) or "1",
        "phone_number": number,
        **asked.given(_FIELDS),
    }
    lead_id = await asked.db.insert("vicidial_list", values)
    return asked.success("LEAD HAS BEEN ADDED", number, list_id, lead_id, "-5", asked.caller.user)


async def update_lead(asked: Exchange) -> str:
    """Changes or deletes one lead, known by its id, or by our code within a list."""
    found = await _found(asked)
    if found is None:
        if asked.get("insert_if_not_found", filters.flag) == "Y":
            return await add_lead(asked)
        return asked.error("NO MATCHES FOUND IN THE SYSTEM", asked.fields.get("lead_id", ""))
    key: dict[str, object] = {"lead_id": found}
    if asked.get("delete_lead", filters.flag) == "Y":
        await asked.db.delete("vicidial_list", key)
        return asked.success("LEAD HAS BEEN DELETED", asked.caller.user, found)
    await asked.db.update("vicidial_list", key, asked.given(_FIELDS))
    return asked.success("LEAD HAS BEEN UPDATED", asked.caller.user, found)


async def _found(asked: Exchange) -> int | None:
    if lead := asked.get("lead_id", filters.digits):
        row = await asked.db.row("SELECT lead_id FROM vicidial_list WHERE lead_id = %s", int(lead))
    else:
        query = "SELECT lead_id FROM vicidial_list WHERE vendor_lead_code = %s AND list_id = %s"
        code = asked.get("vendor_lead_code", filters.text)
        row = await asked.db.row(query, code, int(asked.get("list_id", filters.digits) or 0))
    return int(row[0]) if row else None


OFFERS = {
    "add_lead": Offer(add_lead, flags=("modify_leads",)),
    "update_lead": Offer(update_lead, flags=("modify_leads",)),
}
