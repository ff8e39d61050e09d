"""AgentService: the people who talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.telephony.domain.agent import Agent, AgentState
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.rpc import wire_clients as wire
from services.telephony.rpc.names import AgentName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.client_desk import Asked, ClientDesk
from services.telephony.usecases.keep_agents import (
    change_agent,
    create_agent,
    log_out_agent,
    move_agent,
    reset_password,
)
from services.telephony.usecases.look_at_dialer import presences
from veneer.telephony.v1 import agent_service_pb2 as pb
from veneer.telephony.v1 import agent_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AgentService(rpc.AgentServiceServicer):
    """veneer.telephony.v1.AgentService; without `live` nobody's presence is known."""

    def __init__(self, desk: ClientDesk, live: LiveTables | None) -> None:
        self._desk, self._live = desk, live

    async def GetAgent(self, request: pb.GetAgentRequest, context: Context) -> pb.Agent:
        key = _key(request.name)
        async with self._desk.db.read(key[0]) as store:
            found = await store.agents.get(*key)
        return await self._one(found)

    async def ListAgents(
        self, request: pb.ListAgentsRequest, context: Context
    ) -> pb.ListAgentsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = cursor_of(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.agents.list_after(tenant_id, after, size + 1)
        page, token = cut(request, found, size, lambda each: each.agent_id)
        known = await presences(self._desk.db, self._live, tenant_id, page)
        there = known or {}
        return pb.ListAgentsResponse(
            agents=[wire.agent(each, there.get(each.number)) for each in page],
            next_page_token=token,
            presence_known=known is not None,
        )

    async def CreateAgent(self, request: pb.CreateAgentRequest, context: Context) -> pb.Agent:
        tenant_id = tenant_id_of(request.parent, "parent")
        wanted = wire.agent_from(tenant_id, request, self._desk.clock)
        made, password = await create_agent(self._desk, wanted, Asked(tenant_id, request))
        return wire.agent(made, password=password)

    async def UpdateAgent(self, request: pb.UpdateAgentRequest, context: Context) -> pb.Agent:
        key = _key(request.agent.name, "agent.name")
        changed = await change_agent(
            self._desk,
            key,
            Asked(key[0], request),
            lambda current: wire.agent_merged(current, request),
            request.agent.etag,
        )
        return await self._one(changed)

    async def DeactivateAgent(
        self, request: pb.DeactivateAgentRequest, context: Context
    ) -> pb.Agent:
        key = _key(request.name)
        asked = Asked(key[0], request)
        return await self._one(await move_agent(self._desk, key, asked, AgentState.INACTIVE))

    async def ReactivateAgent(
        self, request: pb.ReactivateAgentRequest, context: Context
    ) -> pb.Agent:
        key = _key(request.name)
        asked = Asked(key[0], request)
        return await self._one(await move_agent(self._desk, key, asked, AgentState.ACTIVE))

    async def ResetAgentPassword(
        self, request: pb.ResetAgentPasswordRequest, context: Context
    ) -> pb.Agent:
        key = _key(request.name)
        changed, password = await reset_password(self._desk, key, Asked(key[0], request))
        return wire.agent(changed, password=password)

    async def LogOutAgent(self, request: pb.LogOutAgentRequest, context: Context) -> pb.Agent:
        key = _key(request.name)
        return await self._one(await log_out_agent(self._desk, key, Asked(key[0], request)))

    async def _one(self, found: Agent) -> pb.Agent:
        known = await presences(self._desk.db, self._live, found.tenant_id, [found])
        return wire.agent(found, (known or {}).get(found.number))


def _key(text: str, field: str = "name") -> tuple[str, str]:
    name = AgentName.parse(text, field)
    return possible_tenant_id(name.tenant, text), name.agent
