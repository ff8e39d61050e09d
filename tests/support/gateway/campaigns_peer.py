"""A scripted telephony with campaigns that are kept, three agents and two calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.kit.errors import Aborted, AlreadyExists, InvalidRequest, Kind, NotFound, Refusal
from tests.support.gateway.world import World
from veneer.telephony.v1 import agent_service_pb2 as agents_pb
from veneer.telephony.v1 import agent_service_pb2_grpc as agents_rpc
from veneer.telephony.v1 import campaign_service_pb2 as pb
from veneer.telephony.v1 import campaign_service_pb2_grpc as rpc
from veneer.telephony.v1 import live_call_service_pb2 as calls_pb
from veneer.telephony.v1 import live_call_service_pb2_grpc as calls_rpc

_PRESENCE = agents_pb.Agent.Presence


class CallerNumberMissing(Refusal):
    """As telephony says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CALLER_NUMBER_MISSING"


class Campaigns(rpc.CampaignServiceServicer):
    """Campaigns of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListCampaigns(self, request: Any, context: Any) -> Any:
        self._world.hear("ListCampaigns")
        own = [
            each
            for name, each in sorted(self._world.campaigns.items())
            if name.startswith(f"{request.parent}/")
        ]
        return pb.ListCampaignsResponse(campaigns=own)

    async def GetCampaign(self, request: Any, context: Any) -> Any:
        return self._found(request.name)

    async def CreateCampaign(self, request: Any, context: Any) -> Any:
        self._world.hear("CreateCampaign")
        made = pb.Campaign()
        made.CopyFrom(_checked(request.campaign))
        made.name = f"{request.parent}/campaigns/{request.campaign_id}"
        made.state, made.etag = pb.Campaign.PAUSED, '"1"'
        self._world.campaigns[made.name] = made
        return made

    async def UpdateCampaign(self, request: Any, context: Any) -> Any:
        self._world.hear("UpdateCampaign")
        found, wanted = self._found(request.campaign.name), _checked(request.campaign)
        if wanted.etag != found.etag:
            raise Aborted("The campaign has been changed meanwhile.")
        request.update_mask.MergeMessage(wanted, found, replace_message_field=True)
        found.etag = f'"{int(found.etag[1:-1]) + 1}"'
        return found

    async def PauseCampaign(self, request: Any, context: Any) -> Any:
        found = self._found(request.name)
        found.state = pb.Campaign.PAUSED
        return found

    async def ResumeCampaign(self, request: Any, context: Any) -> Any:
        found = self._found(request.name)
        if not found.caller_number:
            raise CallerNumberMissing("A campaign must show a number before it is dialed.")
        found.state = pb.Campaign.ACTIVE
        return found

    def _found(self, name: str) -> Any:
        if name not in self._world.campaigns:
            raise NotFound(resource=name)
        return self._world.campaigns[name]


class Agents(agents_rpc.AgentServiceServicer):
    """One talks, one pauses, one is at home."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListAgents(self, request: Any, context: Any) -> Any:
        self._world.hear("ListAgents")
        answer = agents_pb.ListAgentsResponse(presence_known=True)
        for name, activity in (
            ("Pat Pausing", _PRESENCE.PAUSED),
            ("Terry Talking", _PRESENCE.ON_CALL),
        ):
            agent = answer.agents.add(display_name=name)
            agent.presence.activity = activity
            agent.presence.start_time.FromDatetime(self._world.clock.now() - timedelta(minutes=3))
        answer.agents.add(display_name="Alex Absent")
        answer.agents.extend(self._world.agents.values())
        return answer

    async def CreateAgent(self, request: Any, context: Any) -> Any:
        name = f"{request.parent}/agents/{request.agent_id}"
        if name in self._world.agents:
            raise AlreadyExists("There is an agent of this id.", resource=name)
        made = agents_pb.Agent()
        made.CopyFrom(request.agent)
        made.name, made.state = name, agents_pb.Agent.ACTIVE
        self._world.agents[name] = made
        return _with_password(made, "first-Secret7")

    async def ResetAgentPassword(self, request: Any, context: Any) -> Any:
        return _with_password(self._world.agents[request.name], "second-Secret7")

    async def DeactivateAgent(self, request: Any, context: Any) -> Any:
        return self._move(request.name, agents_pb.Agent.INACTIVE)

    async def ReactivateAgent(self, request: Any, context: Any) -> Any:
        return self._move(request.name, agents_pb.Agent.ACTIVE)

    def _move(self, name: str, state: Any) -> Any:
        self._world.agents[name].state = state
        return self._world.agents[name]


class LiveCalls(calls_rpc.LiveCallServiceServicer):
    """One waits, one talks."""

    async def ListLiveCalls(self, request: Any, context: Any) -> Any:
        kind = calls_pb.LiveCall
        answer = calls_pb.ListLiveCallsResponse(total_size=2, queued_count=1, connected_count=1)
        answer.live_calls.add(state=kind.QUEUED, origin=kind.INBOUND, phone_number="12125550100")
        answer.live_calls.add(
            state=kind.CONNECTED, origin=kind.OUTBOUND, phone_number="12125550101",
            campaign=f"{request.parent}/campaigns/spring",
        )  # fmt: skip
        return answer


def _with_password(agent: Any, password: str) -> Any:
    told = agents_pb.Agent()
    told.CopyFrom(agent)
    told.password = password
    return told


def _checked(campaign: Any) -> Any:
    if not 1 <= Decimal(campaign.dial_level.value) <= 10:
        raise InvalidRequest.at("campaign.dial_level", "Must be 1 to 10 in tenths.")
    return campaign


def campaign_services(world: World) -> list[Any]:
    """Gives what is served."""
    return [
        (rpc.add_CampaignServiceServicer_to_server, Campaigns(world)),  # type: ignore[abstract]
        (agents_rpc.add_AgentServiceServicer_to_server, Agents(world)),  # type: ignore[abstract]
        (calls_rpc.add_LiveCallServiceServicer_to_server, LiveCalls()),
    ]
