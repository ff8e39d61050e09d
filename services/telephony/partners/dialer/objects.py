"""Makes, reads, switches and removes the objects of tenants in the dialer.

By the web API where it has a function, by SQL where it has none. All of it may be done again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.kinds import (
    ACTIVE,
    INACTIVE,
    PLACES,
    inactive,
    key_of,
)
from services.telephony.domain.provisioning.objects import DialerObject, Fields, Kind
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.partners.dialer.web_api import WebApi

_SECRET_BYTES = 15
# What the template's rows of a copied kind hold besides their key.
_COPIED_COLUMNS = {
    Kind.STATUS: (
        "status_name", "selectable", "human_answered", "category", "sale", "dnc",
        "customer_contact", "not_interested", "unworkable", "scheduled_callback", "completed",
        "min_sec", "max_sec", "answering_machine",
    ),
    Kind.PAUSE_CODE: ("pause_code_name", "billable", "time_limit", "require_mgr_approval"),
}  # fmt: skip


class Dialer:
    """The objects of one dialer. Raises what WebApi and AdminTables raise.

    The secrets of agents and phones are made here and kept by the dialer alone.
    """

    def __init__(self, api: WebApi, tables: AdminTables) -> None:
        self.api, self.tables = api, tables

    async def make(self, wanted: DialerObject, template_campaign: str = "") -> None:
        """Makes the object, inactive, or makes what is there so."""
        fields = inactive(wanted)
        match wanted.kind:
            case Kind.USER:
                await self._make_user(wanted, fields)
            case Kind.PHONE:
                await self._make_phone(wanted, fields)
            case Kind.LIST:
                await self._by_api("add_list", "update_list", "list_id", wanted, fields)
            case Kind.DID:
                await self._make_did(wanted, fields)
            case Kind.CALLER_ID:
                await self._make_caller_id(wanted, fields)
            case Kind.CAMPAIGN:
                if template_campaign:
                    source = {"campaign_id": template_campaign}
                    change = {"campaign_id": wanted.object_id, "active": INACTIVE}
                    await self.tables.copy("vicidial_campaigns", source, change)
                await self._put(wanted, fields)
            case _:
                await self._put(wanted, fields)

    async def read(self, known: DialerObject) -> dict[str, str | None] | None:
        """Gives the columns that the object's fields name, or None if it is not there."""
        columns = (*PLACES[known.kind].key, *known.fields)
        rows = await self.tables.rows(PLACES[known.kind].table, columns, key_of(known), 1)
        return rows[0] if rows else None

    async def exists(self, known: DialerObject) -> bool:
        """Says whether there is such an object, whoever's."""
        return await self.tables.exists(PLACES[known.kind].table, key_of(known))

    async def correct(self, known: DialerObject, fields: Fields) -> None:
        """Writes fields of an object that is there."""
        await self.tables.update(PLACES[known.kind].table, key_of(known), fields)
        await self._refresh_for(known.kind)

    async def switch(self, known: DialerObject, value: str) -> None:
        """Sets the object's switch to Y, N or what it was."""
        column = PLACES[known.kind].switch
        if column is not None:
            await self.tables.update(PLACES[known.kind].table, key_of(known), {column: value})

    async def remove(self, known: DialerObject) -> None:
        """Removes the object and the rows beside it, where they are there."""
        match known.kind:
            case Kind.USER:
                await self.api.do(
                    "update_user", {"agent_user": known.object_id, "delete_user": ACTIVE}
                )
            case Kind.LIST:
                fields = {"list_id": known.object_id, "delete_list": ACTIVE, "delete_leads": ACTIVE}
                await self.api.do("update_list", fields)
            case Kind.DID:
                await self.api.do(
                    "update_did", {"did_pattern": known.object_id, "delete_did": ACTIVE}
                )
        place = PLACES[known.kind]
        await self.tables.delete(place.table, key_of(known))
        for table, column in place.beside:
            await self.tables.delete(table, {column: known.object_id})
        await self._refresh_for(known.kind)

    async def copies(
        self, tenant_id: str, kind: Kind, template: str, campaign: str
    ) -> list[DialerObject]:
        """Gives the objects of a copied kind that a campaign gets from the template."""
        column = PLACES[kind].key[1]
        names = _COPIED_COLUMNS[kind]
        rows = await self.tables.rows(
            PLACES[kind].table, (column, *names), {"campaign_id": template}
        )
        return [
            DialerObject(
                tenant_id,
                kind,
                f"{campaign}/{row[column]}",
                fields={name: row[name] or "" for name in names},
            )
            for row in rows
        ]

    async def of_group(self, kind: Kind, user_group: str) -> list[str]:
        """Gives the ids of all objects of a kind that the dialer says are this group's."""
        place = PLACES[kind]
        rows = await self.tables.rows(place.table, place.key, {"user_group": user_group})
        return [str(row[place.key[0]]) for row in rows]

    async def is_code_free(self, code: TenantCode) -> bool:
        """Says whether nothing in the dialer has a name or number of this tenant's."""
        first, last = code.list_ids
        for kind in (Kind.USER_GROUP, Kind.CAMPAIGN, Kind.IN_GROUP, Kind.USER, Kind.PHONE):
            place = PLACES[kind]
            if await self.tables.has_like(place.table, place.key[0], f"{code.text}%"):
                return False
        return not await self.tables.has_between("vicidial_lists", "list_id", first, last)

    async def empty_hopper(self, campaigns: Iterable[str]) -> None:
        """Takes the leads back that are about to be dialled."""
        await self.tables.delete_in("vicidial_hopper", "campaign_id", list(campaigns))

    async def log_out(self, users: Iterable[str]) -> None:
        """Ends the agents' sessions; their screens notice within seconds."""
        await self.tables.delete_in("vicidial_live_agents", "user", list(users))

    async def _put(self, wanted: DialerObject, fields: Fields) -> None:
        place = PLACES[wanted.kind]
        await self.tables.put(place.table, key_of(wanted), fields)
        for table, column in place.beside:
            await self.tables.put(table, {column: wanted.object_id}, {})
        await self._refresh_for(wanted.kind)

    async def _by_api(
        self, add: str, update: str, id_field: str, wanted: DialerObject, fields: Fields
    ) -> None:
        sent = {id_field: wanted.object_id, **fields}
        if not await self.api.do(add, sent):
            await self.api.call(update, sent)

    async def _make_user(self, wanted: DialerObject, fields: Fields) -> None:
        phone = await self.tables.rows(
            "phones", ("pass",), {"login": fields.get("phone_login", "")}, 1
        )
        sent: dict[str, str] = {
            "agent_user": wanted.object_id,
            "agent_pass": _secret(),
            "agent_user_level": fields["user_level"],
            "agent_full_name": fields["full_name"],
            "agent_user_group": fields["user_group"],
            "phone_login": fields.get("phone_login", ""),
            "phone_pass": (phone[0]["pass"] or "") if phone else "",
        }
        given = {name: value for name, value in sent.items() if value}
        if not await self.api.do("add_user", given):
            del given["agent_pass"]
            await self.api.call("update_user", given)
        await self.tables.update("vicidial_users", key_of(wanted), fields)

    async def _make_phone(self, wanted: DialerObject, fields: Fields) -> None:
        if not await self.exists(wanted):
            made = {"pass": _secret(), "conf_secret": _secret()}
            if fields["protocol"] == "PJSIP":
                # The API does not know the protocol.
                row = {**fields, **made, "status": "ACTIVE"}
                await self.tables.put("phones", key_of(wanted), row)
            else:
                await self.api.do("add_phone", {
                    "extension": wanted.object_id, "dialplan_number": fields["dialplan_number"],
                    "voicemail_id": fields["voicemail_id"], "phone_login": fields["login"],
                    "phone_pass": made["pass"], "registration_password": made["conf_secret"],
                    "server_ip": fields["server_ip"], "protocol": fields["protocol"],
                    "phone_full_name": fields["fullname"],
                })  # fmt: skip
        await self.tables.update("phones", key_of(wanted), fields)

    async def _make_did(self, wanted: DialerObject, fields: Fields) -> None:
        sent = {
            "did_pattern": wanted.object_id,
            "did_description": fields["did_description"],
            "active": fields["did_active"],
            "did_route": fields["did_route"],
            "group": fields.get("group_id", ""),
            "list_id": fields.get("list_id", ""),
            "campaign_id": fields.get("campaign_id", ""),
        }
        given = {name: value for name, value in sent.items() if value}
        if not await self.api.do("add_did", given):
            await self.api.call("update_did", given)
        # Whose it is cannot be said by the API: everybody would see it.
        await self.tables.update("vicidial_inbound_dids", key_of(wanted), fields)

    async def _make_caller_id(self, wanted: DialerObject, fields: Fields) -> None:
        await self.api.do("add_group_alias", {
            "group_alias_id": wanted.object_id, "group_alias_name": wanted.object_id,
            "caller_id_number": fields["caller_id_number"],
            "admin_user_group": fields["user_group"], "active": fields["active"],
        })  # fmt: skip
        await self.tables.update("groups_alias", key_of(wanted), fields)

    async def _refresh_for(self, kind: Kind) -> None:
        if kind is Kind.CARRIER:
            await self.refresh()

    async def refresh(self) -> None:
        """Lets the hosts write their files anew, which takes them up to a minute."""
        await self.api.call("server_refresh", {"stage": "REFRESH"})


def _secret() -> str:
    """Of characters that the dialer keeps, and beginning with none that means something."""
    return "s" + secrets.token_urlsafe(_SECRET_BYTES)
