"""From a shipped line to usage: each leg once, whatever is repeated, refused, or late."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio

from services.kit.rpc.errors import from_rpc_error
from services.telephony.domain.leg import call_id
from tests.support.builders.telephony import a_line
from tests.support.builders.tenancy import an_id
from tests.support.eventually import eventually
from tests.support.telephony import Around, Running, running, surroundings
from veneer.telephony.v1 import journal_service_pb2, route_service_pb2


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def around() -> AsyncIterator[Around]:
    async with surroundings() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def telephony(around: Around) -> AsyncIterator[Running]:
    async with running(around) as started:
        yield started


async def a_route(telephony: Running, tenant_id: str | None, code: str) -> None:
    if tenant_id is not None:
        telephony.directory.zones[tenant_id] = "America/New_York"
    route = route_service_pb2.Route(
        code=code, carrier="acme-voip", tenant=f"tenants/{tenant_id}" if tenant_id else ""
    )
    request = route_service_pb2.CreateRouteRequest(route=route, route_id=f"r-{code}")
    await telephony.routes.CreateRoute(request, metadata=telephony.operator)


async def test_a_line_becomes_a_call(telephony: Running) -> None:
    """With the id, the route's id and the seconds that the contract says."""
    tenant_id = an_id()
    await a_route(telephony, tenant_id, "first1")
    line = a_line(route="first1")

    assert await telephony.ship((0, line.bytes()), host="first") == [len(line.bytes())]

    (call,) = (await eventually(lambda: telephony.usage.calls(tenant_id))).values()
    assert call["call_ids"] == call_id("east", "first", line.uniqueid)
    assert (call["routes"], call["billable_seconds"], call["called_numbers"]) == (
        "r-first1",
        60,
        "12125550123",
    )
