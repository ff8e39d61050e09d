"""Routes: whose calls take which carrier, and how far each is in the dialer."""

from __future__ import annotations

from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import carrier_service_pb2 as carriers_pb
from veneer.telephony.v1 import route_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

_PATH = "/routes"
_SHOWN = 200
_READ = 500
STATES: Final[dict[int, tuple[str, str]]] = {
    pb.Route.STATE_UNSPECIFIED: ("not applied", ""),
    pb.Route.PENDING: ("to be written", ""),
    pb.Route.APPLIED: ("written, not seen yet", ""),
    pb.Route.VERIFIED: ("works", "good"),
    pb.Route.FAILED: ("does not come up", "bad"),
}


async def routes(visit: Visit) -> Response:
    """Shows the routes with their health, those that fail first."""
    return await _page(visit, {})


async def create_route(visit: Visit) -> Response:
    """Makes a route of a client through a carrier."""
    form = await form_of(visit)
    code = form.get("code", "").strip()
    request = pb.CreateRouteRequest(
        route=pb.Route(
            code=code,
            tenant=form.get("tenant", ""),
            carrier=form.get("carrier", ""),
            failover_route=form.get("failover_route", ""),
        ),
        route_id=code,
        request_id=form.get("request_id", ""),
    )
    try:
        await visit.services.routes.CreateRoute(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(_PATH)


async def carrier_names(visit: Visit) -> dict[str, str]:
    """Gives what carriers are called, by resource name."""
    request = carriers_pb.ListCarriersRequest(page_size=_READ)
    answer = await visit.services.carriers.ListCarriers(request, metadata=visit.metadata)
    return {each.name: each.display_name or each.name.split("/")[-1] for each in answer.carriers}


async def client_names(visit: Visit) -> dict[str, str]:
    """Gives what clients are called, by resource name."""
    request = tenants_pb.ListTenantsRequest(page_size=_READ)
    answer = await visit.services.tenants.ListTenants(request, metadata=visit.metadata)
    return {each.name: each.display_name for each in answer.tenants if each.parent}


async def _page(visit: Visit, form: dict[str, str], problem: Problem | None = None) -> Response:
    request = pb.ListRoutesRequest(
        page_size=_SHOWN, page_token=visit.request.query_params.get("page", "")
    )
    answer = await visit.services.routes.ListRoutes(request, metadata=visit.metadata)
    may_change = visit.caller.may("routes.write")
    return visit.page(
        "console/routes.html",
        status=problem.http_status if problem else 200,
        title="Routes",
        routes=sorted(answer.routes, key=lambda route: route.state != pb.Route.FAILED),
        next_page=answer.next_page_token,
        states=STATES,
        carriers=await carrier_names(visit),
        clients=await client_names(visit),
        may_change=may_change,
        form=form,
        problem=problem,
        request_id=new_request_id,
    )
