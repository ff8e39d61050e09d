"""Answered legs whose line does not come: shown, ended by estimate, corrected when it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.support.builders.telephony import NOON_SECONDS, ALine, a_line
from tests.support.eventually import eventually
from tests.support.telephony import Client, Running, running, surroundings
from veneer.telephony.v1 import leg_service_pb2 as pb

OpenLeg = pb.OpenLeg


@pytest_asyncio.fixture(loop_scope="session")
async def own() -> AsyncIterator[Running]:
    """A telephony of the test's own: its clock goes forward by hours."""
    async with surroundings() as around, running(around) as started:
        yield started


def answered(client: Client, **changes: Any) -> ALine:
    defaults = {"route": client.code, "kind": "A", "end": "", "cause": "0"}
    return a_line(**{**defaults, **changes})


async def shown(
    telephony: Running, host: str, state: OpenLeg.State.ValueType = OpenLeg.STATE_UNSPECIFIED
) -> list[OpenLeg]:
    found, token = [], ""
    while True:
        request = pb.ListOpenLegsRequest(page_size=2, page_token=token, state=state)
        page = await telephony.legs.ListOpenLegs(request, metadata=telephony.operator)
        found += [leg for leg in page.open_legs if leg.host == host]
        token = page.next_page_token
        if not token:
            return found


def estimates(telephony: Running, client: Client) -> list[int]:
    """Seconds of the calls that usage knows to be estimates."""
    calls = telephony.usage.calls(client.tenant_id).values()
    return [call["billable_seconds"] for call in calls if call["end_estimates"]]


async def test_a_call_that_is_up_is_an_open_leg(telephony: Running) -> None:
    """And is none any more when its line has come; it is charged once."""
    client = await telephony.a_client()
    answer = answered(client)
    cursor = await telephony.ship((0, answer.bytes()), host=client.host)

    (leg,) = await shown(telephony, client.host, OpenLeg.OPEN)
    assert (leg.tenant, leg.route_code) == (f"tenants/{client.tenant_id}", client.code)
    assert leg.answer_time.seconds == NOON_SECONDS - 90
    assert not leg.HasField("end_time")

    line = a_line(route=client.code, uniqueid=answer.uniqueid)
    await telephony.ship((cursor[0], line.bytes()), host=client.host)

    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 60)
    assert await shown(telephony, client.host) == []


async def test_a_leg_of_a_host_that_restarted_is_ended_by_estimate(own: Running) -> None:
    """At the last sign of before; the line that turns up after all corrects it."""
    client = await own.a_client()
    lost = answered(client, uniqueid=f"{NOON_SECONDS - 100}.500")
    # Another leg of the host, 40 s after the answer: the last that was heard before the crash.
    sign = a_line(
        route=client.code, uniqueid=f"{NOON_SECONDS - 100}.501", end=f"{NOON_SECONDS - 50}.000"
    )
    anew = a_line(
        route=client.code,
        uniqueid=f"{NOON_SECONDS - 20}.7",
        start=f"{NOON_SECONDS - 20}.000",
        answer=f"{NOON_SECONDS - 15}.000",
        end=f"{NOON_SECONDS - 5}.000",
    )
    lines = lost.bytes() + sign.bytes() + anew.bytes()
    cursor = await own.ship((0, lines), host=client.host)
    await own.close_open_legs()
    assert len(await shown(own, client.host, OpenLeg.OPEN)) == 1

    own.clock.advance(minutes=6)
    await own.close_open_legs()

    (leg,) = await shown(own, client.host, OpenLeg.CLOSED)
    assert leg.reason == OpenLeg.HOST_RESTARTED
    assert leg.end_time.seconds == NOON_SECONDS - 50
    await eventually(lambda: own.usage.seconds(client.tenant_id) == 40 + 40 + 10)
    assert estimates(own, client) == [40]

    line = a_line(route=client.code, uniqueid=lost.uniqueid, end=f"{NOON_SECONDS - 45}.000")
    await own.ship((cursor[0], line.bytes()), host=client.host)

    await eventually(lambda: own.usage.seconds(client.tenant_id) == 45 + 40 + 10)
    assert estimates(own, client) == []
    (leg,) = await shown(own, client.host)
    assert leg.state == OpenLeg.CORRECTED
    assert (leg.end_time.seconds, leg.true_end_time.seconds) == (
        NOON_SECONDS - 50,
        NOON_SECONDS - 45,
    )


async def test_a_leg_of_a_silent_host_is_never_free(own: Running) -> None:
    """Nothing at all was heard after its answer: a second is what is known."""
    client = await own.a_client()
    await own.ship((0, answered(client).bytes()), host=client.host)

    own.clock.advance(minutes=61)
    await own.close_open_legs()
    await own.close_open_legs()

    await eventually(lambda: own.usage.seconds(client.tenant_id) == 1)
    (leg,) = await shown(own, client.host)
    assert (leg.state, leg.reason) == (OpenLeg.CLOSED, OpenLeg.HOST_SILENT)


async def test_a_closed_leg_of_nobodys_route_waits_like_any_other(own: Running) -> None:
    """And is charged when its route is given to somebody."""
    client = await own.a_client(with_route=False)
    await own.ship((0, answered(client).bytes()), host=client.host)
    own.clock.advance(minutes=61)
    await own.close_open_legs()
    (leg,) = await shown(own, client.host)
    assert leg.tenant == ""

    await own.a_route(client, client.tenant_id)

    await eventually(lambda: own.usage.seconds(client.tenant_id) == 1)


async def test_a_line_that_denies_an_answer_is_put_aside(telephony: Running) -> None:
    """The leg stays open, so that it cannot become a free call."""
    client = await telephony.a_client()
    answer = answered(client)
    denial = a_line(route=client.code, uniqueid=answer.uniqueid, answer="", cause="19")

    await telephony.ship((0, answer.bytes() + denial.bytes()), host=client.host)

    (line,) = await telephony.quarantined(client.host)
    assert line["reason"] == "CONTRADICTED"
    assert len(await shown(telephony, client.host, OpenLeg.OPEN)) == 1
