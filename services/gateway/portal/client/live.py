"""What goes on at the moment: a client's agents and its calls, refreshed every few seconds."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from services.gateway.portal.client.campaign_names import campaign_names
from services.gateway.portal.visit import Visit
from veneer.telephony.v1 import agent_service_pb2 as agents_pb
from veneer.telephony.v1 import live_call_service_pb2 as calls_pb

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

_SHOWN = 200
_Presence = agents_pb.Agent.Presence
# Who needs to be seen first comes first.
_ACTIVITIES: dict[int, tuple[str, str]] = {
    _Presence.ON_CALL: ("On a call", "good"),
    _Presence.CONNECTING: ("Getting a call", "good"),
    _Presence.WRAP_UP: ("Wrapping up", ""),
    _Presence.WAITING: ("Waiting", ""),
    _Presence.PAUSED: ("Paused", "bad"),
    _Presence.ACTIVITY_UNSPECIFIED: ("Logged in", ""),
}
_CALL_STATES: dict[int, tuple[str, str]] = {
    calls_pb.LiveCall.QUEUED: ("Waits for an agent", "bad"),
    calls_pb.LiveCall.CONNECTED: ("With an agent", "good"),
    calls_pb.LiveCall.RINGING: ("Rings", ""),
    calls_pb.LiveCall.DIALING: ("Is dialed", ""),
    calls_pb.LiveCall.ENDING: ("Ends", ""),
}


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent that is logged in; `since` is None where nobody knows."""

    name: str
    activity: str
    tone: str
    campaign: str
    since: Timestamp | None


async def live(visit: Visit) -> Response:
    """Shows who is logged in, and which calls are up."""
    agents, calls, names = await asyncio.gather(
        _agents(visit), _calls(visit), campaign_names(visit, show_archived=True)
    )
    rows = _rows(agents, names) if agents else []
    return visit.page(
        "client/live_figures.html" if visit.is_fragment else "client/live.html",
        title="Live",
        agents=agents,
        rows=rows,
        activities=Counter(row.activity for row in rows).most_common(),
        calls=calls,
        call_states=_CALL_STATES,
        inbound=calls_pb.LiveCall.INBOUND,
        names=names,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _agents(visit: Visit) -> agents_pb.ListAgentsResponse | None:
    """None is not for this visitor."""
    if not visit.caller.may("agents.read"):
        return None
    request = agents_pb.ListAgentsRequest(parent=visit.site.tenant, page_size=_SHOWN)
    return await visit.services.agents.ListAgents(request, metadata=visit.metadata)


async def _calls(visit: Visit) -> calls_pb.ListLiveCallsResponse | None:
    """None is not for this visitor."""
    if not visit.caller.may("calls.read"):
        return None
    request = calls_pb.ListLiveCallsRequest(parent=visit.site.tenant, page_size=_SHOWN)
    return await visit.services.live_calls.ListLiveCalls(request, metadata=visit.metadata)


def _rows(answer: agents_pb.ListAgentsResponse, names: dict[str, str]) -> list[AgentRow]:
    here = [agent for agent in answer.agents if agent.HasField("presence")]
    order = list(_ACTIVITIES)
    here.sort(key=lambda agent: (order.index(agent.presence.activity), agent.display_name))
    return [_row(agent, names) for agent in here]


def _row(agent: agents_pb.Agent, names: dict[str, str]) -> AgentRow:
    presence = agent.presence
    activity, tone = _ACTIVITIES[presence.activity]
    return AgentRow(
        name=agent.display_name,
        activity=activity,
        tone=tone,
        campaign=names.get(presence.campaign, ""),
        since=presence.start_time if presence.HasField("start_time") else None,
    )
