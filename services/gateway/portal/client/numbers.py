"""The numbers that a client holds: where each leads, a new one, and giving one back."""

from __future__ import annotations

from collections.abc import Awaitable

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.client.campaign_names import campaign_names
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import agent_service_pb2 as agents_pb
from veneer.telephony.v1 import did_service_pb2 as pb

_PATH = "/numbers"
_SHOWN = 100
_OFFERED = 12
_AGENTS_READ = 500


async def numbers(visit: Visit) -> Response:
    """Shows what is held and what can be had."""
    return await _page(visit)


async def order_number(visit: Visit) -> Response:
    """Orders a number; it is charged from today on."""
    form = await form_of(visit)
    request = pb.OrderDidRequest(
        parent=visit.site.tenant,
        phone_number=form.get("number", ""),
        request_id=form.get("request_id", ""),
    )
    return await _move(visit, visit.services.dids.OrderDid(request, metadata=visit.metadata))


async def route_number(visit: Visit) -> Response:
    """Says who takes the calls to a number."""
    form = await form_of(visit)
    request = pb.RouteDidRequest(
        name=name_in_path(visit, "dids", "number"),
        target=form.get("target", ""),
        request_id=form.get("request_id", ""),
    )
    return await _move(visit, visit.services.dids.RouteDid(request, metadata=visit.metadata))


async def release_number(visit: Visit) -> Response:
    """Gives a number back."""
    form = await form_of(visit)
    request = pb.ReleaseDidRequest(
        name=name_in_path(visit, "dids", "number"), request_id=form.get("request_id", "")
    )
    return await _move(visit, visit.services.dids.ReleaseDid(request, metadata=visit.metadata))


async def _move(visit: Visit, doing: Awaitable[pb.Did]) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(_PATH)


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    tenant, metadata = visit.site.tenant, visit.metadata
    held = await visit.services.dids.ListDids(
        pb.ListDidsRequest(
            parent=tenant,
            page_size=_SHOWN,
            page_token=visit.request.query_params.get("page", ""),
        ),
        metadata=metadata,
    )
    may_order = visit.caller.may("dids.order")
    prefix = visit.request.query_params.get("prefix", "").strip()
    offered: list[str] = []
    if may_order:
        asked = pb.ListAvailableDidsRequest(parent=tenant, page_size=_OFFERED, prefix=prefix)
        try:
            answer = await visit.services.dids.ListAvailableDids(asked, metadata=metadata)
            offered = [each.phone_number for each in answer.available_dids]
        except grpc.aio.AioRpcError as error:
            problem = problem or refusal_of(error)
    return visit.page(
        "client/numbers.html",
        status=problem.http_status if problem else 200,
        title="Numbers",
        dids=[each for each in held.dids if not each.HasField("end_date")],
        next_page=held.next_page_token,
        campaign_names=await campaign_names(visit),
        agent_names=await _agent_names(visit),
        may_order=may_order,
        offered=offered,
        prefix=prefix,
        problem=problem,
        request_id=new_request_id,
    )


async def _agent_names(visit: Visit) -> dict[str, str]:
    """Gives the names of agents by resource name; none to who may not see agents."""
    if not visit.caller.may("agents.read"):
        return {}
    request = agents_pb.ListAgentsRequest(parent=visit.site.tenant, page_size=_AGENTS_READ)
    answer = await visit.services.agents.ListAgents(request, metadata=visit.metadata)
    active = (each for each in answer.agents if each.state == agents_pb.Agent.ACTIVE)
    return {each.name: each.display_name for each in active}
