"""Makes the dialer's campaigns and agents what they should be; each step may be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.partners.dialer.web_api import DialerAway, WebApi

# What a campaign consists of beside its own row; copied from the tenant's first one.
_ALONG: Final = ("vicidial_campaign_statuses", "vicidial_pause_codes")
_STATS: Final = ("vicidial_campaign_stats", "vicidial_campaign_stats_debug")
_LEVEL_OF_AGENTS: Final = 1
_HOST: Final = ("server_ip",)
# The dialer's page takes this as an order to end the session.
_LOG_OUT: Final = {"external_status": "LOGOUT"}


@dataclass(frozen=True, slots=True)
class CampaignObject:
    """A campaign by the dialer's ids; `pattern` is the one that a new one is copied from.

    `fields` are columns of its row.
    """

    campaign: str
    pattern: str
    user_group: str
    fields: Mapping[str, str]
    is_active: bool


@dataclass(frozen=True, slots=True)
class AgentObject:
    """An agent by the dialer's ids. Passwords are left as they are when there is none to set.

    `number` spreads phones over the hosts; `host` and `protocol` are those of the tenant's other
    phones, empty if it has none.
    """

    user: str
    phone: str
    number: int
    user_group: str
    full_name: str
    may_dial_manually: bool
    is_active: bool
    password: str | None
    phone_password: str
    host: str = ""
    protocol: str = ""


class ClientObjects:
    """Writes campaigns and agents. Raises DialerAway, DialerLocked, DialerRefused."""

    def __init__(self, api: WebApi, tables: AdminTables) -> None:
        self._api, self._tables = api, tables

    async def put_campaign(self, wanted: CampaignObject) -> None:
        """Makes the campaign what is wanted, and reads it back; a new one is not active."""
        tables, key = self._tables, {"campaign_id": wanted.campaign}
        if not await tables.exists("vicidial_campaigns", key):
            await tables.copy(
                "vicidial_campaigns",
                {"campaign_id": wanted.pattern},
                {**key, "active": "N", "user_group": wanted.user_group},
            )
        for table in _ALONG:
            if not await tables.exists(table, key):
                await tables.copy(table, {"campaign_id": wanted.pattern}, key)
        for table in _STATS:
            await tables.put(table, key, {})
        fields = dict(wanted.fields)
        if not wanted.is_active:
            fields["active"] = "N"
        await tables.update("vicidial_campaigns", key, fields)
        await self._read_back("vicidial_campaigns", key, fields)

    async def allow_campaigns(self, user_group: str, allowed: str) -> None:
        """Lets the group's agents log in for these campaigns, as the column wants them told."""
        key = {"user_group": user_group}
        await self._tables.update("vicidial_user_groups", key, {"allowed_campaigns": allowed})

    async def activate_campaign(self, campaign: str) -> None:
        """Lets the campaign be dialed."""
        await self._tables.update("vicidial_campaigns", {"campaign_id": campaign}, {"active": "Y"})

    async def put_agent(self, wanted: AgentObject) -> None:
        """Makes the agent's user and phone what is wanted; logs it out if it may not work."""
        if not await self._tables.exists("vicidial_users", {"user": wanted.user}):
            await self._add_user(wanted)
        if not await self._tables.exists("phones", {"extension": wanted.phone}):
            await self._add_phone(wanted)
        user = {
            "full_name": wanted.full_name,
            "user_group": wanted.user_group,
            "phone_login": wanted.phone,
            "agentcall_manual": "1" if wanted.may_dial_manually else "0",
            "active": "Y" if wanted.is_active else "N",
        }
        phone = {"fullname": wanted.full_name, "active": "Y" if wanted.is_active else "N"}
        if wanted.password is not None:
            user |= {"pass": wanted.password, "phone_pass": wanted.phone_password,
                     "failed_login_count": "0"}  # fmt: skip
            phone |= {"pass": wanted.phone_password, "conf_secret": wanted.phone_password}
        await self._tables.update("phones", {"extension": wanted.phone}, phone)
        await self._tables.update("vicidial_users", {"user": wanted.user}, user)
        await self._read_back("phones", {"extension": wanted.phone}, phone)
        await self._read_back("vicidial_users", {"user": wanted.user}, user)
        if not wanted.is_active:
            await self.log_out(wanted.user)

    async def log_out(self, user: str) -> None:
        """Orders the agent's session to end; nothing if there is none."""
        await self._tables.update("vicidial_live_agents", {"user": user}, _LOG_OUT)

    async def _add_user(self, wanted: AgentObject) -> None:
        await self._api.do(
            "add_user",
            {
                "agent_user": wanted.user,
                "agent_pass": wanted.password or wanted.phone_password,
                "agent_user_level": _LEVEL_OF_AGENTS,
                "agent_full_name": wanted.full_name,
                "agent_user_group": wanted.user_group,
                "phone_login": wanted.phone,
                "phone_pass": wanted.phone_password,
            },
        )

    async def _add_phone(self, wanted: AgentObject) -> None:
        if wanted.protocol == "PJSIP":
            # The web API has no such phones.
            await self._tables.put("phones", {"extension": wanted.phone}, _phone_row(wanted))
            await self._tables.update(
                "servers", {"server_ip": wanted.host}, {"rebuild_conf_files": "Y"}
            )
            return
        await self._api.do(
            "add_phone",
            {
                "extension": wanted.phone,
                "dialplan_number": wanted.phone,
                "voicemail_id": wanted.phone,
                "phone_login": wanted.phone,
                "phone_pass": wanted.phone_password,
                "server_ip": wanted.host or await self._host_for(wanted.number),
                "protocol": "SIP",
                "registration_password": wanted.phone_password,
                "phone_full_name": wanted.full_name,
                "local_gmt": "0.00",
                "outbound_cid": "0000000000",
                "admin_user_group": wanted.user_group,
            },
        )

    async def _host_for(self, number: int) -> str:
        key = {"active": "Y", "active_agent_login_server": "Y"}
        hosts = [row["server_ip"] for row in await self._tables.rows("servers", _HOST, key)]
        if not hosts:
            raise DialerAway(cause="no host takes agents")
        # By number, so that agents spread evenly and each has the same one at every attempt.
        return sorted(map(str, hosts))[number % len(hosts)]

    async def _read_back(
        self, table: str, key: Mapping[str, str], fields: Mapping[str, str]
    ) -> None:
        """Raises DialerAway when a value has not arrived as it was sent."""
        rows = await self._tables.rows(table, tuple(fields), key)
        if len(rows) != 1 or rows[0] != dict(fields):
            raise DialerAway(cause=f"{table} is not as it was written")


def _phone_row(wanted: AgentObject) -> dict[str, str]:
    return {
        "dialplan_number": wanted.phone,
        "voicemail_id": wanted.phone,
        "login": wanted.phone,
        "pass": wanted.phone_password,
        "conf_secret": wanted.phone_password,
        "server_ip": wanted.host,
        "protocol": wanted.protocol,
        "fullname": wanted.full_name,
        "status": "ACTIVE",
        "user_group": wanted.user_group,
        "active": "N",
    }
