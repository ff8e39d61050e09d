"""Who may log in at the agent page: asked of the dialer's tables, or of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from simulators.dialer.web_api.database import TableDatabase


@dataclass(frozen=True)
class Agent:
    """An agent with its phone, as the tables have it."""

    user: str
    password: str
    phone_login: str
    phone_password: str
    server_ip: str
    full_name: str
    campaigns: tuple[str, ...]


@dataclass(frozen=True)
class Customer:
    """Whom the dialer calls."""

    lead_id: int = 1
    first_name: str = "Vera"
    phone_number: str = "3125550142"


class Logins(Protocol):
    """What the page must know, and whom it tells."""

    async def find(self, fields: Mapping[str, str]) -> Agent | None:
        """Gives the agent whose user, phone, passwords and campaign these are."""

    async def note(self, user: str, columns: Mapping[str, object]) -> bool:
        """Writes what an agent does; says whether it is (still) let work."""

    async def forget(self, user: str) -> None:
        """Notes that an agent has gone."""

    async def customer(self, campaign: str) -> Customer | None:
        """Gives whom the campaign calls next."""

    async def dispose(self, lead_id: str, status: str) -> None:
        """Notes what became of a call."""


@dataclass
class ListedLogins:
    """A list, and what agents do."""

    agents: list[Agent]
    doing: dict[str, dict[str, object]] = field(default_factory=dict)
    dispositions: list[tuple[str, str]] = field(default_factory=list)
    ordered_out: set[str] = field(default_factory=set)

    async def find(self, fields: Mapping[str, str]) -> Agent | None:
        return next((each for each in self.agents if _fits(each, fields)), None)

    async def note(self, user: str, columns: Mapping[str, object]) -> bool:
        self.doing.setdefault(user, {}).update(columns)
        return user not in self.ordered_out

    async def forget(self, user: str) -> None:
        self.doing.pop(user, None)

    async def customer(self, campaign: str) -> Customer | None:
        return Customer()

    async def dispose(self, lead_id: str, status: str) -> None:
        self.dispositions.append((lead_id, status))


class TableLogins:
    """The dialer's tables."""

    def __init__(self, db: TableDatabase) -> None:
        self._db = db

    async def find(self, fields: Mapping[str, str]) -> Agent | None:
        row = await self._db.row(
            "SELECT u.user, u.pass, p.login, p.pass, p.server_ip, u.full_name, g.allowed_campaigns"
            " FROM vicidial_users u JOIN vicidial_user_groups g ON g.user_group = u.user_group"
            " JOIN phones p ON p.login = %s AND p.active = 'Y'"
            " WHERE u.user = %s AND u.active = 'Y'",
            fields.get("phone_login", ""),
            fields.get("VD_login", ""),
        )
        if row is None:
            return None
        user, password, login, phone_password, server_ip, name, campaigns = map(str, row)
        allowed = tuple(campaigns.split())
        agent = Agent(user, password, login, phone_password, server_ip, name, allowed)
        return agent if _fits(agent, fields) else None

    async def note(self, user: str, columns: Mapping[str, object]) -> bool:
        key: dict[str, object] = {"user": user}
        if not await self._db.has("vicidial_live_agents", "user", user):
            await self._db.insert("vicidial_live_agents", {**key, **columns})
            return True
        row = await self._db.row(
            "SELECT external_pause, external_status FROM vicidial_live_agents WHERE user = %s", user
        )
        await self._db.update("vicidial_live_agents", key, dict(columns))
        return "LOGOUT" not in "|".join(str(each) for each in row or ())

    async def forget(self, user: str) -> None:
        await self._db.delete("vicidial_live_agents", {"user": user})

    async def customer(self, campaign: str) -> Customer | None:
        """The campaign's first lead; of one that has none, one that is made up."""
        row = await self._db.row(
            "SELECT list_id FROM vicidial_lists WHERE campaign_id = %s ORDER BY list_id", campaign
        )
        if row is None:
            return None
        (list_id,) = row
        lead = await self._db.row(
            "SELECT lead_id, first_name, phone_number FROM vicidial_list WHERE list_id = %s"
            " ORDER BY lead_id LIMIT 1",
            list_id,
        )
        if lead is not None:
            return Customer(int(lead[0]), str(lead[1]), str(lead[2]))
        new = Customer()
        values: dict[str, object] = {
            "list_id": list_id, "first_name": new.first_name, "phone_number": new.phone_number,
            "phone_code": "1", "status": "NEW",
        }  # fmt: skip
        return Customer(await self._db.insert("vicidial_list", values))

    async def dispose(self, lead_id: str, status: str) -> None:
        await self._db.update("vicidial_list", {"lead_id": lead_id}, {"status": status})


def _fits(agent: Agent, fields: Mapping[str, str]) -> bool:
    return (
        agent.user == fields.get("VD_login")
        and agent.password == fields.get("VD_pass")
        and agent.phone_login == fields.get("phone_login")
        and agent.phone_password == fields.get("phone_pass")
        and fields.get("VD_campaign") in agent.campaigns
    )
