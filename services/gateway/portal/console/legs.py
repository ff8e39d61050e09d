"""Legs that are nobody's yet, and journal lines that could not be read."""

from __future__ import annotations

import asyncio
import re
import uuid

import grpc
from starlette.responses import Response

from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest
from veneer.telephony.v1 import leg_service_pb2 as legs_pb
from veneer.telephony.v1 import route_service_pb2 as routes_pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

_SHOWN = 50
_READ = 500
_CODE = re.compile(r"[a-z0-9]{1,16}\Z")


async def legs(visit: Visit) -> Response:
    """Shows what waits."""
    return await _page(visit)


async def assign(visit: Visit) -> Response:
    """Gives a route code to a client; makes its route if the journals knew it first."""
    form = await form_of(visit)
    code = form.get("route_code", "")
    try:
        if not _CODE.match(code):
            raise InvalidRequest.at("route_code", "Must be a route code.")
        routes = await _routes(visit)
        if code in routes:
            await visit.services.routes.AssignRoute(
                routes_pb.AssignRouteRequest(
                    name=routes[code].name,
                    tenant=form.get("tenant", ""),
                    request_id=str(uuid.uuid4()),
                ),
                metadata=visit.metadata,
            )
        else:
            await _create(visit, code, form)
    except (grpc.aio.AioRpcError, InvalidRequest) as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to("/legs")


async def replay(visit: Visit) -> Response:
    """Reads a line again."""
    name = f"quarantinedLines/{visit.request.path_params['line']}"
    request = legs_pb.ReplayQuarantinedLineRequest(name=name, request_id=str(uuid.uuid4()))
    try:
        await visit.services.legs.ReplayQuarantinedLine(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to("/legs#lines")


async def _create(visit: Visit, code: str, form: dict[str, str]) -> None:
    route = routes_pb.Route(
        code=code,
        tenant=form.get("tenant", ""),
        carrier=f"carriers/{form.get('carrier', '').strip()}",
    )
    request = routes_pb.CreateRouteRequest(route=route, route_id=code, request_id=str(uuid.uuid4()))
    await visit.services.routes.CreateRoute(request, metadata=visit.metadata)


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    summaries, unassigned, lines, routes, tenants = await asyncio.gather(
        visit.services.legs.SummarizeUnassignedLegs(
            legs_pb.SummarizeUnassignedLegsRequest(), metadata=visit.metadata
        ),
        visit.services.legs.ListUnassignedLegs(
            legs_pb.ListUnassignedLegsRequest(page_size=_SHOWN), metadata=visit.metadata
        ),
        visit.services.legs.ListQuarantinedLines(
            legs_pb.ListQuarantinedLinesRequest(page_size=_SHOWN), metadata=visit.metadata
        ),
        _routes(visit),
        _clients(visit),
    )
    return visit.page(
        "console/legs.html",
        status=problem.http_status if problem else 200,
        title="Legs",
        summaries=summaries.route_summaries,
        legs=unassigned.unassigned_legs,
        has_more_legs=bool(unassigned.next_page_token),
        lines=lines.quarantined_lines,
        has_more_lines=bool(lines.next_page_token),
        reason_name=legs_pb.QuarantinedLine.Reason.Name,
        waiting=legs_pb.QuarantinedLine.QUARANTINED,
        routes=routes,
        tenants=tenants,
        may_assign=visit.caller.may("routes.write"),
        may_replay=visit.caller.may("legs.write"),
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _routes(visit: Visit) -> dict[str, routes_pb.Route]:
    request = routes_pb.ListRoutesRequest(page_size=_READ)
    answer = await visit.services.routes.ListRoutes(request, metadata=visit.metadata)
    return {route.code: route for route in answer.routes}


async def _clients(visit: Visit) -> list[tenants_pb.Tenant]:
    request = tenants_pb.ListTenantsRequest(page_size=_READ)
    answer = await visit.services.tenants.ListTenants(request, metadata=visit.metadata)
    return [tenant for tenant in answer.tenants if tenant.parent]
