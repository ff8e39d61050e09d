"""Creates and changes agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from services.telephony.domain.agent import (
    Agent,
    AgentState,
    changed,
    checked,
    moved,
    new_secret,
    with_password,
)
from services.telephony.domain.audited import of_agent, of_agent_done
from services.telephony.domain.campaign import check_etag
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.quota import check_quota
from services.telephony.domain.service_state import check_may_begin, check_may_work
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import (
    Asked,
    ClientDesk,
    check_ready,
    code_of,
    free_number,
)

AGENT: Final = "dialer-agent"
LOG_OUT: Final = "dialer-agent-log-out"
NUMBER_MAX: Final = 99_999
_MOVES: Final = {
    AgentState.ACTIVE: "agents.reactivate",
    AgentState.INACTIVE: "agents.deactivate",
}


async def create_agent(desk: ClientDesk, wanted: Agent, asked: Asked) -> tuple[Agent, str]:
    """Adds an agent, within the tenant's limit; with its password unless it is a repeat."""
    tenant_id = wanted.tenant_id
    # Who can't tell the limit does not answer: then nothing is created.
    limits = (await desk.directory.get(tenant_id)).limits
    password = ""
    async with desk.db.transaction(tenant_id) as store:
        if not await asked.is_repeat(store):
            checked(wanted)
            await check_ready(store, tenant_id)
            code = await code_of(store, tenant_id)
            await store.quotas.hold(tenant_id)
            check_may_begin(await store.service_states.get(tenant_id))
            await _check_agents(store, tenant_id, limits.max_agents)
            last = await store.agents.last_number(tenant_id)
            # The dialer has room for so many ids, ever.
            check_quota("agents", NUMBER_MAX, last)
            number = await free_number(store, tenant_id, Kind.USER, last, code.user)
            password = new_secret()
            await store.agents.add(replace(wanted, number=number, pending_password=password))
            await _ask_for(store, wanted.agent_id)
            await store.changes.note(of_agent("agents.create", None, wanted))
            await asked.keep(store)
    return await settled(desk, tenant_id, wanted.agent_id), password


async def change_agent(
    desk: ClientDesk,
    key: tuple[str, str],
    asked: Asked,
    merge: Callable[[Agent], Agent],
    etag: str,
) -> Agent:
    """Gives an agent (by tenant and id) other settings: those that `merge` makes of it."""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            agent = await store.agents.get(*key, for_update=True)
            check_etag(etag, agent.etag)
            wanted = changed(agent, merge(agent), desk.clock.now())
            await _save(store, wanted)
            await store.changes.note(of_agent("agents.update", agent, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def move_agent(
    desk: ClientDesk, key: tuple[str, str], asked: Asked, state: AgentState
) -> Agent:
    """Deactivates or reactivates an agent (by tenant and id)."""
    tenant_id = key[0]
    limits = (await desk.directory.get(tenant_id)).limits
    async with desk.db.transaction(tenant_id) as store:
        if not await asked.is_repeat(store):
            await store.quotas.hold(tenant_id)
            agent = await store.agents.get(*key, for_update=True)
            wanted = moved(agent, state, desk.clock.now())
            if wanted is not agent:
                if state is AgentState.ACTIVE:
                    check_may_work(await store.service_states.get(tenant_id))
                    await _check_agents(store, tenant_id, limits.max_agents)
                await _save(store, wanted)
                await store.changes.note(of_agent(_MOVES[state], agent, wanted))
            await asked.keep(store)
    return await settled(desk, *key)


async def reset_password(desk: ClientDesk, key: tuple[str, str], asked: Asked) -> tuple[Agent, str]:
    """Gives an agent (by tenant and id) a new password; tells it unless it is a repeat."""
    password = ""
    async with desk.db.transaction(key[0]) as store:
        if not await asked.is_repeat(store):
            agent = await store.agents.get(*key, for_update=True)
            password = new_secret()
            await _save(store, with_password(agent, password, desk.clock.now()))
            await store.changes.note(of_agent_done("agents.resetPassword", agent, "password"))
            await asked.keep(store)
    return await settled(desk, *key), password


async def log_out_agent(desk: ClientDesk, key: tuple[str, str], asked: Asked) -> Agent:
    """Ends an agent's session (by tenant and id)."""
    async with desk.db.transaction(key[0]) as store:
        agent = await store.agents.get(*key)
        if not await asked.is_repeat(store):
            await store.outbox.add(LOG_OUT, {"agent_id": agent.agent_id})
            await store.changes.note(of_agent_done("agents.logOut", agent, "log_out"))
            await asked.keep(store)
    return await settled(desk, *key)


async def settled(desk: ClientDesk, tenant_id: str, agent_id: str) -> Agent:
    """Gives the agent when the dialer has it, or after a while anyway."""

    async def look(store: TelephonyStore) -> Agent:
        return await store.agents.get(tenant_id, agent_id)

    return await desk.changes.settled(tenant_id, look)


async def _check_agents(store: TelephonyStore, tenant_id: str, limit: int | None) -> None:
    check_quota("agents", limit, await store.agents.count_active(tenant_id))


async def _save(store: TelephonyStore, agent: Agent) -> None:
    await store.agents.save(agent)
    await _ask_for(store, agent.agent_id)


async def _ask_for(store: TelephonyStore, agent_id: str) -> None:
    await store.outbox.add(AGENT, {"agent_id": agent_id})
