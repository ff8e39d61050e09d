"""Numbers: held by one tenant at a time, metered by the day in its zone."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, timedelta
from functools import partial
from typing import Any

import grpc
import pytest
from google.type import date_pb2

from services.kit.rpc.errors import from_rpc_error
from tests.support.eventually import eventually
from tests.support.telephony import Running
from veneer.telephony.v1 import did_service_pb2 as pb
from veneer.tenancy.v1 import brand_pb2


def a_number() -> str:
    return f"+1{uuid.uuid4().int % 10**10 + 10**10}"[:13]


def a_request(
    tenant_id: str, number: str, start: date, request_id: str = ""
) -> pb.CreateDidRequest:
    day = date_pb2.Date(year=start.year, month=start.month, day=start.day)
    return pb.CreateDidRequest(
        parent=f"tenants/{tenant_id}",
        did=pb.Did(phone_number=number, start_date=day),
        request_id=request_id,
    )


async def refusal(call: Any) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return from_rpc_error(refused.value).reason


def metered(telephony: Running, number: str) -> set[date]:
    days = telephony.usage.did_days.items()
    assert {quantity for (_, n, _), quantity in days if n == number} <= {"1"}
    return {day for (_, n, day), _ in days if n == number}


def _is_metered(telephony: Running, number: str, day: date) -> bool:
    return day in metered(telephony, number)


async def test_each_day_since_the_start_is_metered_at_once(telephony: Running) -> None:
    """Up to today, where the tenant is: at 02:00 UTC it is still yesterday there."""
    client = await telephony.a_client(zone="America/Los_Angeles")
    telephony.clock.set((telephony.clock.now() + timedelta(days=1)).replace(hour=2))
    today = telephony.clock.now().date()
    number = a_number()

    did = await telephony.dids.CreateDid(
        a_request(client.tenant_id, number, today - timedelta(days=40)), metadata=telephony.operator
    )

    assert did.name == f"tenants/{client.tenant_id}/dids/{number[1:]}"
    assert did.phone_number == number
    expected = {today - timedelta(days=n) for n in range(1, 41)}
    await eventually(lambda: metered(telephony, number) == expected)


async def test_the_meter_does_not_wait_for_its_next_look(telephony: Running) -> None:
    """The second number comes just after a look, whatever made the meter see the first."""
    client = await telephony.a_client(zone="UTC")
    day = telephony.clock.now().date() - timedelta(days=1)

    for number in (a_number(), a_number()):
        await telephony.dids.CreateDid(
            a_request(client.tenant_id, number, day), metadata=telephony.operator
        )
        await eventually(partial(_is_metered, telephony, number, day))


async def test_a_new_day_is_metered_once(telephony: Running) -> None:
    """And the days before are not told again."""
    client = await telephony.a_client(zone="UTC")
    telephony.clock.set((telephony.clock.now() + timedelta(days=1)).replace(hour=12))
    today = telephony.clock.now().date()
    number = a_number()
    await telephony.dids.CreateDid(
        a_request(client.tenant_id, number, today), metadata=telephony.operator
    )
    await eventually(lambda: metered(telephony, number) == {today})

    telephony.clock.advance(days=1)
    telephony.wake_meter()

    tomorrow = today + timedelta(days=1)
    await eventually(lambda: metered(telephony, number) == {today, tomorrow})


async def test_a_number_of_the_future_is_not_metered_yet(telephony: Running) -> None:
    """Nor told to anybody."""
    client = await telephony.a_client(zone="UTC")
    today = telephony.clock.now().date()
    later, now = a_number(), a_number()
    start = today + timedelta(days=3)
    await telephony.dids.CreateDid(
        a_request(client.tenant_id, later, start), metadata=telephony.operator
    )
    await telephony.dids.CreateDid(
        a_request(client.tenant_id, now, today), metadata=telephony.operator
    )

    await eventually(lambda: metered(telephony, now) == {today})
    assert metered(telephony, later) == set()


async def test_metering_waits_while_usage_is_away(telephony: Running) -> None:
    """And then goes on."""
    client = await telephony.a_client(zone="UTC")
    today = telephony.clock.now().date()
    number = a_number()
    telephony.usage.is_away = True
    try:
        await telephony.dids.CreateDid(
            a_request(client.tenant_id, number, today), metadata=telephony.operator
        )
        assert metered(telephony, number) == set()
    finally:
        telephony.usage.is_away = False

    await eventually(lambda: metered(telephony, number) == {today})


async def test_a_number_has_one_holder(telephony: Running) -> None:
    """Whoever asks second learns nothing of the first."""
    one, other = await telephony.a_client(), await telephony.a_client()
    today = telephony.clock.now().date()
    number = a_number()
    request = a_request(one.tenant_id, number, today, str(uuid.uuid4()))
    first = await telephony.dids.CreateDid(request, metadata=telephony.operator)

    assert await telephony.dids.CreateDid(request, metadata=telephony.operator) == first
    for tenant_id in (one.tenant_id, other.tenant_id):
        call = telephony.dids.CreateDid(
            a_request(tenant_id, number, today), metadata=telephony.operator
        )
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        problem = from_rpc_error(refused.value)
        assert problem.reason == "RESOURCE_ALREADY_EXISTS"
        assert one.tenant_id not in str(problem)


async def test_a_limit_of_numbers_holds_against_fifty_at_once(telephony: Running) -> None:
    """Exactly so many are held."""
    client = await telephony.a_client(with_route=False)
    telephony.directory.limits[client.tenant_id] = brand_pb2.Limits(max_dids=10)
    today = telephony.clock.now().date()

    answers = await asyncio.gather(
        *(
            telephony.dids.CreateDid(
                a_request(client.tenant_id, a_number(), today), metadata=telephony.operator
            )
            for _ in range(50)
        ),
        return_exceptions=True,
    )

    refused = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
    assert len(answers) - len(refused) == 10
    assert {from_rpc_error(each).reason for each in refused} == {"QUOTA_EXCEEDED"}


@pytest.mark.parametrize("number", ["12125550100", "+0212", "+1", "+1212555010012345", "+1a"])
async def test_a_bad_number_is_refused(telephony: Running, number: str) -> None:
    """E.164 with plus."""
    client = await telephony.a_client()
    request = a_request(client.tenant_id, number, telephony.clock.now().date())

    call = telephony.dids.CreateDid(request, metadata=telephony.operator)

    assert await refusal(call) == "INVALID_REQUEST"


async def test_a_mistyped_year_is_refused(telephony: Running) -> None:
    """It would meter thousands of days."""
    client = await telephony.a_client()
    request = a_request(client.tenant_id, a_number(), date(2006, 11, 1))

    call = telephony.dids.CreateDid(request, metadata=telephony.operator)

    assert await refusal(call) == "INVALID_REQUEST"


async def test_a_client_sees_its_own_numbers(telephony: Running) -> None:
    """In order, page by page; another's look like none at all."""
    client, other = await telephony.a_client(), await telephony.a_client()
    numbers = sorted(a_number() for _ in range(3))
    today = telephony.clock.now().date()
    for number in numbers:
        await telephony.dids.CreateDid(
            a_request(client.tenant_id, number, today), metadata=telephony.operator
        )
    me = telephony.client(client.tenant_id)
    request = pb.ListDidsRequest(parent=f"tenants/{client.tenant_id}", page_size=2)

    first = await telephony.dids.ListDids(request, metadata=me)
    request.page_token = first.next_page_token
    second = await telephony.dids.ListDids(request, metadata=me)

    assert [did.phone_number for did in (*first.dids, *second.dids)] == numbers
    assert second.next_page_token == ""
    foreign = pb.ListDidsRequest(parent=f"tenants/{other.tenant_id}")
    assert await refusal(telephony.dids.ListDids(foreign, metadata=me)) == "RESOURCE_NOT_FOUND"
    free = telephony.dids.CreateDid(a_request(client.tenant_id, a_number(), today), metadata=me)
    assert await refusal(free) == "PERMISSION_MISSING"
