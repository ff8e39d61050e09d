"""Unassigned legs and lines put aside, as the operator sees them, and how they come to count."""

from __future__ import annotations

import uuid
from datetime import timedelta

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from tests.support.builders.telephony import NOON_SECONDS, a_leg_at, a_line
from tests.support.eventually import eventually
from tests.support.telephony import Running
from veneer.telephony.v1 import leg_service_pb2, route_service_pb2

QuarantinedLine = leg_service_pb2.QuarantinedLine


async def aside(telephony: Running, host: str) -> list[QuarantinedLine]:
    """Walks all pages, and gives the lines of this host, latest first."""
    found, token = [], ""
    while True:
        request = leg_service_pb2.ListQuarantinedLinesRequest(page_size=3, page_token=token)
        page = await telephony.legs.ListQuarantinedLines(request, metadata=telephony.operator)
        found += [line for line in page.quarantined_lines if line.host == host]
        token = page.next_page_token
        if not token:
            return found


async def replay(telephony: Running, name: str, request_id: str = "") -> QuarantinedLine:
    request = leg_service_pb2.ReplayQuarantinedLineRequest(name=name, request_id=request_id)
    line: QuarantinedLine = await telephony.legs.ReplayQuarantinedLine(
        request, metadata=telephony.operator
    )
    return line


async def unassigned(telephony: Running, code: str) -> list[leg_service_pb2.UnassignedLeg]:
    found, token = [], ""
    while True:
        request = leg_service_pb2.ListUnassignedLegsRequest(page_size=2, page_token=token)
        page = await telephony.legs.ListUnassignedLegs(request, metadata=telephony.operator)
        found += [leg for leg in page.unassigned_legs if leg.route_code == code]
        token = page.next_page_token
        if not token:
            return found


async def test_bad_lines_are_put_aside_with_file_offset_and_reason(telephony: Running) -> None:
    """And the good ones around them count."""
    client = await telephony.a_client()
    good = a_line(route=client.code).bytes()
    lines = [
        good,
        b"12 channel hangup 17.1 without a route\n",
        a_line(route=client.code).bytes()[:60] + b"\n",
        a_line(route=client.code, check="00000000").bytes(),
        a_line(route=client.code, version="7").bytes(),
        a_leg_at(int(telephony.clock.now().timestamp()) + 400, route=client.code).bytes(),
        good,
        a_line(route=client.code).bytes(),
    ]
    await telephony.ship((0, b"".join(lines)), host=client.host)

    found = list(reversed(await aside(telephony, client.host)))
    assert [QuarantinedLine.Reason.Name(line.reason) for line in found] == [
        "MALFORMED",
        "TRUNCATED",
        "CHECK_FAILED",
        "VERSION_UNKNOWN",
        "TIME_IMPOSSIBLE",
        "DUPLICATED",
    ]
    offsets = [sum(map(len, lines[:position])) for position in range(1, 7)]
    assert [line.offset for line in found] == offsets
    assert [line.line for line in found] == lines[1:7]
    assert {line.file for line in found} == {"legs-20261102.journal"}
    await eventually(lambda: len(telephony.usage.calls(client.tenant_id)) == 2)


async def test_a_long_line_is_kept_in_part(telephony: Running) -> None:
    """4 KiB of it are enough to see what it is."""
    client = await telephony.a_client()

    await telephony.ship((0, b"x" * 10_000 + b"\n"), host=client.host)

    (line,) = await aside(telephony, client.host)
    assert len(line.line) == 4096


async def test_a_line_of_the_future_counts_once_its_time_has_come(telephony: Running) -> None:
    """Not before, and once however often it is replayed."""
    client = await telephony.a_client()
    ahead = int((telephony.clock.now() + timedelta(days=30)).timestamp())
    await telephony.ship((0, a_leg_at(ahead, route=client.code).bytes()), host=client.host)
    (line,) = await aside(telephony, client.host)

    early = await replay(telephony, line.name)
    assert (early.state, early.reason) == (
        QuarantinedLine.QUARANTINED,
        QuarantinedLine.TIME_IMPOSSIBLE,
    )

    telephony.clock.advance(days=31)
    request_id = str(uuid.uuid4())
    replayed = await replay(telephony, line.name, request_id)
    again = await replay(telephony, line.name, request_id)
    await replay(telephony, line.name)

    assert replayed.state == QuarantinedLine.REPLAYED
    assert again == replayed
    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 60)
    assert len(telephony.usage.calls(client.tenant_id)) == 1


async def test_a_bad_line_stays_aside_with_the_reason_of_today(telephony: Running) -> None:
    """Replaying changes nothing about what it says."""
    client = await telephony.a_client()
    await telephony.ship((0, b"nonsense\n"), host=client.host)
    (line,) = await aside(telephony, client.host)

    assert await replay(telephony, line.name) == line


async def test_a_replayed_copy_stays_aside(telephony: Running) -> None:
    """The leg is there already."""
    client = await telephony.a_client()
    line = a_line(route=client.code).bytes()
    await telephony.ship((0, line + line), host=client.host)
    (copy,) = await aside(telephony, client.host)

    replayed = await replay(telephony, copy.name)

    assert (replayed.state, replayed.reason) == (
        QuarantinedLine.QUARANTINED,
        QuarantinedLine.DUPLICATED,
    )


@pytest.mark.parametrize("name", ["quarantinedLines/99999999", "quarantinedLines/abc"])
async def test_a_line_that_is_not_there_is_not_found(telephony: Running, name: str) -> None:
    """Whatever its id looks like."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await replay(telephony, name)

    assert from_rpc_error(refused.value).reason == "RESOURCE_NOT_FOUND"


async def test_legs_of_an_unknown_route_wait_and_are_charged_once(telephony: Running) -> None:
    """However often the route is assigned."""
    client = await telephony.a_client(with_route=False)
    base = NOON_SECONDS - 5000
    lines = [a_leg_at(base + n, 30 + n, route=client.code) for n in range(5)]
    await telephony.ship((0, b"".join(line.bytes() for line in lines)), host=client.host)

    legs = await unassigned(telephony, client.code)
    assert [leg.billable_seconds for leg in legs] == [34, 33, 32, 31, 30]
    assert legs[0].start_time.seconds == base + 4
    summary = await telephony.legs.SummarizeUnassignedLegs(
        leg_service_pb2.SummarizeUnassignedLegsRequest(), metadata=telephony.operator
    )
    (mine,) = [s for s in summary.route_summaries if s.route_code == client.code]
    assert (mine.leg_count, mine.billable_seconds) == (5, 160)
    assert telephony.usage.calls(client.tenant_id) == {}

    await telephony.a_route(client, tenant_id=None)
    assert len(await unassigned(telephony, client.code)) == 5
    request = route_service_pb2.AssignRouteRequest(
        name=f"routes/{client.route_id}", tenant=f"tenants/{client.tenant_id}"
    )
    for _ in range(3):
        route = await telephony.routes.AssignRoute(request, metadata=telephony.operator)
        assert route.tenant == f"tenants/{client.tenant_id}"

    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 160)
    assert await unassigned(telephony, client.code) == []
    bodies = [b for key, b in telephony.usage.bodies.items() if key[0] == client.tenant_id]
    assert [len(body) for body in bodies] == [1] * 5


async def test_a_route_that_is_created_with_a_tenant_takes_its_legs(telephony: Running) -> None:
    """They came in before anybody had said whose they are."""
    client = await telephony.a_client(with_route=False)
    await telephony.ship((0, a_line(route=client.code).bytes()), host=client.host)

    await telephony.a_route(client, tenant_id=client.tenant_id)

    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 60)


async def test_a_foreign_page_token_is_refused(telephony: Running) -> None:
    """It is good for the question it was given to."""
    token = "WzEsImFiYyIsIjEiXQ"
    request = leg_service_pb2.ListUnassignedLegsRequest(page_token=token)

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await telephony.legs.ListUnassignedLegs(request, metadata=telephony.operator)

    assert from_rpc_error(refused.value).reason == "INVALID_PAGE_TOKEN"


async def test_clients_see_nothing_of_it(telephony: Running) -> None:
    """Not even that there is something."""
    client = await telephony.a_client()
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await telephony.legs.ListUnassignedLegs(
            leg_service_pb2.ListUnassignedLegsRequest(), metadata=telephony.client(client.tenant_id)
        )

    assert from_rpc_error(refused.value).reason == "PERMISSION_MISSING"
