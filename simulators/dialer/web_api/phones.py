"""Phones and caller ids of groups; what makes the hosts write their files anew."""

from __future__ import annotations

from simulators.dialer.web_api import filters
from simulators.dialer.web_api.database import TableDatabase
from simulators.dialer.web_api.exchange import REQUIRED, Exchange, Offer

# PJSIP is a protocol of the tables that the function does not know.
_PROTOCOLS = {"IAX2", "SIP", "Zap", "EXTERNAL"}
_REBUILD = (
    "UPDATE servers SET rebuild_conf_files = 'Y' WHERE generate_vicidial_conf = 'Y'"
    " AND active_asterisk_server = 'Y'"
)
_OPTIONAL = {
    "outbound_cid": ("outbound_cid", filters.digits, 20),
    "admin_user_group": ("user_group", filters.word, 20),
    "phone_context": ("phone_context", filters.word, 20),
    "template_id": ("template_id", filters.word, 15),
    "is_webphone": ("is_webphone", filters.word, 12),
    "local_gmt": ("local_gmt", filters.text, 6),
}
_CHANGEABLE = {
    **_OPTIONAL,
    "dialplan_number": ("dialplan_number", filters.word, 20),
    "voicemail_id": ("voicemail_id", filters.word, 10),
    "phone_login": ("login", filters.word, 15),
    "phone_pass": ("pass", filters.word, 100),
    "registration_password": ("conf_secret", filters.word, 100),
    "phone_full_name": ("fullname", filters.name, 50),
    "active": ("active", filters.flag, 1),
}


async def add_phone(asked: Exchange) -> str:
    """Adds a phone, active at once."""
    required = (
        "extension", "dialplan_number", "voicemail_id", "phone_login", "phone_pass", "server_ip",
        "registration_password", "phone_full_name",
    )  # fmt: skip
    protocol = asked.get("protocol", filters.letters)
    if protocol not in _PROTOCOLS or not all(asked.fields.get(field) for field in required):
        return asked.error(REQUIRED, asked.fields.get("extension", ""), protocol)
    extension = asked.get("extension", filters.word)
    server = asked.get("server_ip", filters.pattern)
    if not await asked.db.has("servers", "server_ip", server):
        return asked.error("SERVER DOES NOT EXIST", server)
    if await _exists(asked.db, extension, server):
        return asked.error("PHONE ALREADY EXISTS ON THIS SERVER", extension, server)
    login = asked.get("phone_login", filters.word)
    if await asked.db.has("phones", "login", login):
        return asked.error("PHONE LOGIN ALREADY EXISTS", login)
    values = {"extension": extension, "server_ip": server, "protocol": protocol,
              "status": "ACTIVE", "active": "Y", **asked.given(_CHANGEABLE)}  # fmt: skip
    await asked.db.insert("phones", values)
    await asked.db.run(_REBUILD + " AND server_ip = %s", server)
    return asked.success(
        "PHONE HAS BEEN ADDED", asked.caller.user, extension, server, login, values["pass"]
    )


async def update_phone(asked: Exchange) -> str:
    """Changes a phone, or deletes it."""
    extension = asked.get("extension", filters.word)
    server = asked.get("server_ip", filters.pattern)
    if not await _exists(asked.db, extension, server):
        return asked.error("PHONE DOES NOT EXIST ON THIS SERVER", extension, server)
    key: dict[str, object] = {"extension": extension, "server_ip": server}
    if asked.get("delete_phone", filters.flag) == "Y":
        if asked.caller.flags.get("ast_delete_phones") != "1":
            return asked.error("USER DOES NOT HAVE PERMISSION TO DELETE PHONES", extension)
        await asked.db.delete("phones", key)
        await asked.db.run(_REBUILD + " AND server_ip = %s", server)
        return asked.success("PHONE HAS BEEN DELETED", asked.caller.user, extension, server)
    await asked.db.update("phones", key, asked.given(_CHANGEABLE))
    await asked.db.run(_REBUILD + " AND server_ip = %s", server)
    return asked.success("PHONE HAS BEEN UPDATED", asked.caller.user, extension, server)


async def add_group_alias(asked: Exchange) -> str:
    """Adds a caller id that agents may choose."""
    number = asked.get("caller_id_number", filters.digits)
    alias = asked.get("group_alias_id", filters.word) or number
    if not 6 <= len(number) <= 20 or not 3 <= len(alias) <= 30:
        return asked.error(REQUIRED, number, alias)
    if await asked.db.has("groups_alias", "group_alias_id", alias):
        return asked.error("GROUP ALIAS ALREADY EXISTS", alias)
    values: dict[str, object] = {
        "group_alias_id": alias,
        "group_alias_name": asked.get("group_alias_name", filters.name)[:50] or alias,
        "caller_id_number": number,
        "caller_id_name": asked.get("caller_id_name", filters.name)[:20],
        "active": asked.get("active", filters.flag) or "Y",
        "user_group": asked.get("admin_user_group", filters.word) or "---ALL---",
    }
    await asked.db.insert("groups_alias", values)
    return asked.success("GROUP ALIAS HAS BEEN ADDED", asked.caller.user, alias, number)


async def server_refresh(asked: Exchange) -> str:
    """Lets every host write its files anew; 0 hosts means it was to be done already."""
    if asked.get("stage", filters.letters) != "REFRESH":
        return asked.error(REQUIRED)
    return asked.success("SERVER REFRESH HAS BEEN TRIGGERED", await asked.db.run(_REBUILD))


async def _exists(db: TableDatabase, extension: str, server: str) -> bool:
    query = "SELECT 1 FROM phones WHERE extension = %s AND server_ip = %s"
    return await db.row(query, extension, server) is not None


OFFERS = {
    "add_phone": Offer(add_phone, flags=("ast_admin_access",)),
    "update_phone": Offer(update_phone, flags=("ast_admin_access",)),
    "add_group_alias": Offer(add_group_alias, flags=("ast_admin_access",)),
    "server_refresh": Offer(server_refresh, flags=("ast_admin_access",)),
}
