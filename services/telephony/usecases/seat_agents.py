"""Lets agents in at the agent page: whether they may, and what the dialer wants to hear of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.telephony.domain.agent import Agent, AgentState
from services.telephony.domain.campaign import Campaign, CampaignState
from services.telephony.domain.seat import AgentCredentialsInvalid, Login, Seat
from services.telephony.domain.service_state import DialerNotReady, check_may_work
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import code_of
from services.telephony.usecases.keep_agents import LOG_OUT

_PREFIXES: Final = ("dial_prefix", "manual_dial_prefix", "three_way_dial_prefix")
_YES: Final = "Y"


@dataclass(frozen=True, slots=True)
class SeatDesk:
    """The store, the dialer's tables if there are any, and what wakes who does what is intended."""

    db: Database[TelephonyStore]
    tables: AdminTables | None
    wake: asyncio.Event


async def authenticated_seat(desk: SeatDesk, key: tuple[str, str], password: str) -> Seat:
    """Gives the seat of an agent (by tenant and id) whose password that is."""
    seat = await seat_of(desk, key)
    if not seat.login.is_password(password):
        raise AgentCredentialsInvalid
    return seat


async def seat_of(desk: SeatDesk, key: tuple[str, str]) -> Seat:
    """Gives the seat of an agent (by tenant and id) that may work."""
    tenant_id = key[0]
    async with desk.db.read(tenant_id) as store:
        try:
            agent = await store.agents.get(*key)
        except NotFound:
            raise AgentCredentialsInvalid from None
        if agent.state is not AgentState.ACTIVE:
            raise AgentCredentialsInvalid
        check_may_work(await store.service_states.get(tenant_id))
        code = await code_of(store, tenant_id)
        columns = await store.trunks.campaign_columns(tenant_id)
        campaigns = [
            each
            for each in await store.campaigns.all(tenant_id)
            if each.state is CampaignState.ACTIVE
        ]
        held = await store.dids.held(tenant_id)
    return Seat(
        agent=agent,
        login=await _login(_tables(desk), code.user(agent.number), agent),
        choices=tuple((each, code.campaign(each.number)) for each in campaigns),
        prefixes=_prefixes(columns),
        caller_numbers=_caller_numbers(campaigns, [each.did_id for each in held]),
    )


async def check_lead(desk: SeatDesk, tenant_id: str, lead_number: int) -> None:
    """Refuses with RESOURCE_NOT_FOUND a lead that is not in one of the tenant's lists."""
    async with desk.db.read(tenant_id) as store:
        code = await code_of(store, tenant_id)
    rows = await _tables(desk).rows("vicidial_list", ("list_id",), {"lead_id": lead_number})
    first, last = code.list_ids
    if not any(first <= int(row["list_id"] or 0) <= last for row in rows):
        raise NotFound(resource=f"tenants/{tenant_id}")


async def release_seat(desk: SeatDesk, key: tuple[str, str]) -> None:
    """Orders what an agent (by tenant and id) does in the dialer to end."""
    async with desk.db.transaction(key[0]) as store:
        agent = await store.agents.get(*key)
        await store.outbox.add(LOG_OUT, {"agent_id": agent.agent_id})
    desk.wake.set()


async def _login(tables: AdminTables, user: str, agent: Agent) -> Login:
    users = await tables.rows(
        "vicidial_users", ("pass", "phone_login", "phone_pass", "active"), {"user": user}
    )
    # A password that is on its way is not the dialer's yet: the page would not open with it.
    if len(users) != 1 or users[0]["active"] != _YES or agent.pending_password is not None:
        raise AgentCredentialsInvalid
    row = users[0]
    return Login(
        user=user,
        password=row["pass"] or "",
        phone_login=row["phone_login"] or "",
        phone_password=row["phone_pass"] or "",
    )


def _tables(desk: SeatDesk) -> AdminTables:
    if desk.tables is None:
        raise DialerNotReady("There is no dialer here.")
    return desk.tables


def _prefixes(columns: Mapping[str, str]) -> tuple[str, ...]:
    found = {columns.get(name, "") for name in _PREFIXES}
    return tuple(sorted(each for each in found if each.isdigit()))


def _caller_numbers(campaigns: list[Campaign], held: list[str]) -> tuple[str, ...]:
    shown = {each.caller_number.removeprefix("+") for each in campaigns}
    return tuple(sorted((shown | {each.removeprefix("+") for each in held}) - {""}))
