"""Routes: created once, given away once."""

from __future__ import annotations

import uuid
from typing import Any

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from tests.support.builders.tenancy import an_id
from tests.support.telephony import Running
from veneer.telephony.v1 import route_service_pb2 as pb


def a_request(**changes: Any) -> pb.CreateRouteRequest:
    unique = uuid.uuid4().hex[:10]
    route = pb.Route(
        code=changes.pop("code", unique),
        carrier=changes.pop("carrier", "carriers/acme-voip"),
        tenant=changes.pop("tenant", ""),
    )
    return pb.CreateRouteRequest(**{"route": route, "route_id": f"r-{unique}", **changes})


async def refusal(call: Any) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return from_rpc_error(refused.value).reason


async def test_a_route_is_created_as_asked(telephony: Running) -> None:
    """Nobody's at first."""
    request = a_request()

    route = await telephony.routes.CreateRoute(request, metadata=telephony.operator)

    assert (route.name, route.code, route.carrier, route.tenant) == (
        f"routes/{request.route_id}",
        request.route.code,
        "carriers/acme-voip",
        "",
    )
    assert route.create_time.ToDatetime().timestamp() > 0
    assert not route.HasField("assign_time")


async def test_a_repeated_request_gets_the_first_answer(telephony: Running) -> None:
    """Without it, the route is there already."""
    request = a_request(request_id=str(uuid.uuid4()))

    first = await telephony.routes.CreateRoute(request, metadata=telephony.operator)
    second = await telephony.routes.CreateRoute(request, metadata=telephony.operator)

    assert first == second
    request.request_id = ""
    again = telephony.routes.CreateRoute(request, metadata=telephony.operator)
    assert await refusal(again) == "RESOURCE_ALREADY_EXISTS"


async def test_a_code_is_one_route_only(telephony: Running) -> None:
    """Or legs would be two tenants'."""
    first = a_request()
    await telephony.routes.CreateRoute(first, metadata=telephony.operator)
    second = a_request(code=first.route.code)

    call = telephony.routes.CreateRoute(second, metadata=telephony.operator)

    assert await refusal(call) == "RESOURCE_ALREADY_EXISTS"


@pytest.mark.parametrize(
    "changes",
    [{"code": "ABC"}, {"code": "a" * 17}, {"code": "a-b"}, {"carrier": "Acme VoIP"},
     {"route_id": "R1"}, {"route_id": "a" * 32}, {"route_id": "-a"}, {"request_id": "1"},
     {"tenant": "abc"}],
)  # fmt: skip
async def test_a_bad_route_is_refused(telephony: Running, changes: dict[str, Any]) -> None:
    """With what is wrong with it."""
    call = telephony.routes.CreateRoute(a_request(**changes), metadata=telephony.operator)

    assert await refusal(call) == "INVALID_REQUEST"


@pytest.mark.parametrize("tenant", ["tenants/nobody-here", "tenants/No.Slug"])
async def test_there_must_be_such_a_tenant(telephony: Running, tenant: str) -> None:
    """When it is created and when it is assigned."""
    request = a_request(tenant=tenant)
    call = telephony.routes.CreateRoute(request, metadata=telephony.operator)
    assert await refusal(call) == "RESOURCE_NOT_FOUND"

    free = await telephony.routes.CreateRoute(a_request(), metadata=telephony.operator)
    assign = pb.AssignRouteRequest(name=free.name, tenant=tenant)
    call = telephony.routes.AssignRoute(assign, metadata=telephony.operator)
    assert await refusal(call) == "RESOURCE_NOT_FOUND"


async def test_a_route_is_given_away_once(telephony: Running) -> None:
    """To the same tenant again is fine."""
    one, other = await telephony.a_client(), await telephony.a_client()
    assign = pb.AssignRouteRequest(
        name=f"routes/{one.route_id}", tenant=f"tenants/{other.tenant_id}"
    )

    call = telephony.routes.AssignRoute(assign, metadata=telephony.operator)

    assert await refusal(call) == "ROUTE_ASSIGNED"


async def test_a_route_that_is_not_there_is_not_found(telephony: Running) -> None:
    """Though the tenant is."""
    client = await telephony.a_client()
    assign = pb.AssignRouteRequest(name="routes/none", tenant=f"tenants/{client.tenant_id}")

    call = telephony.routes.AssignRoute(assign, metadata=telephony.operator)

    assert await refusal(call) == "RESOURCE_NOT_FOUND"


async def test_routes_are_listed_by_code_page_by_page(telephony: Running) -> None:
    """Each of them once."""
    made = {(await telephony.a_client()).route_id for _ in range(3)}
    found: list[pb.Route] = []
    token = ""
    while True:
        request = pb.ListRoutesRequest(page_size=2, page_token=token)
        page = await telephony.routes.ListRoutes(request, metadata=telephony.operator)
        found += page.routes
        token = page.next_page_token
        if not token:
            break

    codes = [route.code for route in found]
    assert codes == sorted(set(codes))
    assert {f"routes/{route_id}" for route_id in made} <= {route.name for route in found}


async def test_a_client_may_not_see_carriers(telephony: Running) -> None:
    """Routes are the operator's."""
    call = telephony.routes.ListRoutes(pb.ListRoutesRequest(), metadata=telephony.client(an_id()))

    assert await refusal(call) == "PERMISSION_MISSING"
