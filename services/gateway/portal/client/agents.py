"""A client's agents: who may log in, and the forms that let them in and shut them out."""

from __future__ import annotations

from collections.abc import Awaitable

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import agent_service_pb2 as pb

_PATH = "/agents"
_SHOWN = 200


async def agents(visit: Visit) -> Response:
    """Shows who may log in."""
    return await _page(visit)


async def create_agent(visit: Visit) -> Response:
    """Lets somebody in, and shows the password, this once."""
    form = await form_of(visit)
    request = pb.CreateAgentRequest(
        parent=visit.site.tenant,
        agent=pb.Agent(
            display_name=form.get("display_name", "").strip(),
            may_dial_manually=form.get("may_dial_manually") == "1",
        ),
        agent_id=form.get("agent_id", "").strip(),
        request_id=form.get("request_id", ""),
    )
    making = visit.services.agents.CreateAgent(request, metadata=visit.metadata)
    return await _show_password(visit, making, form)


async def reset_password(visit: Visit) -> Response:
    """Gives an agent another password and shows it, this once."""
    form = await form_of(visit)
    request = pb.ResetAgentPasswordRequest(name=_name(visit), request_id=form.get("request_id", ""))
    resetting = visit.services.agents.ResetAgentPassword(request, metadata=visit.metadata)
    return await _show_password(visit, resetting)


async def deactivate_agent(visit: Visit) -> Response:
    """Shuts an agent out; its calls stay reported."""
    form = await form_of(visit)
    request = pb.DeactivateAgentRequest(name=_name(visit), request_id=form.get("request_id", ""))
    deactivating = visit.services.agents.DeactivateAgent(request, metadata=visit.metadata)
    return await _move(visit, deactivating)


async def reactivate_agent(visit: Visit) -> Response:
    """Lets an agent in again."""
    form = await form_of(visit)
    request = pb.ReactivateAgentRequest(name=_name(visit), request_id=form.get("request_id", ""))
    reactivating = visit.services.agents.ReactivateAgent(request, metadata=visit.metadata)
    return await _move(visit, reactivating)


async def _move(visit: Visit, doing: Awaitable[pb.Agent]) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, problem=refusal_of(error))
    return visit.go_to(_PATH)


async def _show_password(
    visit: Visit, doing: Awaitable[pb.Agent], typed: dict[str, str] | None = None
) -> Response:
    """On the page itself: it must stand in no address and in no history."""
    try:
        agent = await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, problem=refusal_of(error), typed=typed)
    return await _page(visit, made=agent)


async def _page(
    visit: Visit,
    made: pb.Agent | None = None,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    request = pb.ListAgentsRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.agents.ListAgents(request, metadata=visit.metadata)
    return visit.page(
        "client/agents.html",
        status=problem.http_status if problem else 200,
        title="Agents",
        agents=answer.agents,
        next_page=answer.next_page_token,
        active=pb.Agent.ACTIVE,
        may_change=visit.caller.may("agents.write"),
        made=made,
        problem=problem,
        typed=typed or {},
        request_id=new_request_id,
    )


def _name(visit: Visit) -> str:
    return name_in_path(visit, "agents", "agent")
