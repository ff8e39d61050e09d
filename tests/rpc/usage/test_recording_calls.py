"""RecordCalls: batches are stored and answered in order, and refused as wholes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import call_service_pb2, quantity_service_pb2
from veneer.usage.v1 import ingest_service_pb2 as pb


def _counts(answer: pb.RecordCallsResponse) -> tuple[int, int, int]:
    return answer.inserted_count, answer.revised_count, answer.unchanged_count


async def _histogram(usage: Usage, tenant: str) -> dict[int, int]:
    request = quantity_service_pb2.ReadQuantitiesRequest(tenant=f"tenants/{tenant}")
    request.start_date.year, request.start_date.month, request.start_date.day = 2025, 11, 1
    request.end_date.year, request.end_date.month, request.end_date.day = 2025, 12, 1
    found = (await usage.quantities.ReadQuantities(request)).histogram
    return dict(zip(found.billable_seconds, found.call_counts, strict=True))


async def _calls(usage: Usage, tenant: str) -> Any:
    request = call_service_pb2.ListCallsRequest(parent=f"tenants/{tenant}")
    return (await usage.calls.ListCalls(request, metadata=usage.client(tenant))).calls


async def test_batches_are_answered_in_their_order(usage: Usage, tenant: str) -> None:
    batches = [a_request(tenant, a_call(str(n)), a_call("same"), batch_id=n) for n in range(7)]

    got = await answers(usage.ingest.RecordCalls(iter(batches)))

    assert [answer.batch_id for answer in got] == list(range(7))
    assert [_counts(answer) for answer in got] == [(2, 0, 0)] + 6 * [(1, 0, 1)]


async def test_each_batch_is_answered_before_the_next_is_sent(usage: Usage, tenant: str) -> None:
    answered = asyncio.Event()

    async def batches() -> AsyncIterator[pb.RecordCallsRequest]:
        yield a_request(tenant, a_call("1"), batch_id=1)
        async with asyncio.timeout(60):
            await answered.wait()
        yield a_request(tenant, a_call("2"), batch_id=2)

    got = []
    async for answer in usage.ingest.RecordCalls(batches()):
        got.append(answer.batch_id)
        answered.set()

    assert got == [1, 2]


@pytest.mark.parametrize("first", [60, 75])
async def test_a_leg_twice_with_a_changed_talk_time_is_one_call_and_one_revision(
    usage: Usage, tenant: str, first: int
) -> None:
    second = 135 - first
    one, other = a_call("1", seconds=first), a_call("1", seconds=second)

    got = await answers(
        usage.ingest.RecordCalls(iter([a_request(tenant, one), a_request(tenant, other)]))
    )

    (call,) = await _calls(usage, tenant)
    assert [_counts(answer) for answer in got] == [(1, 0, 0), (0, 1, 0)]
    assert (call.billable_seconds, call.revision_count) == (second, 1)
    assert await _histogram(usage, tenant) == {second: 1}


async def test_two_streams_at_once_store_each_call_once(usage: Usage, tenant: str) -> None:
    calls = [a_call(str(number), seconds=number) for number in range(300)]
    batches = [a_request(tenant, *calls[at : at + 100]) for at in (0, 50, 100, 150, 200)]

    one, other = await asyncio.gather(
        answers(usage.ingest.RecordCalls(iter(batches))),
        answers(usage.ingest.RecordCalls(iter(batches[::-1]))),
    )

    assert sum(answer.inserted_count for answer in one + other) == 300
    assert sum(answer.revised_count for answer in one + other) == 0
    assert await _histogram(usage, tenant) == dict.fromkeys(range(300), 1)


async def test_one_stream_carries_batches_of_several_tenants(usage: Usage, tenant: str) -> None:
    other = f"{tenant}-x"
    batches = [a_request(tenant, a_call("1")), a_request(other, a_call("1", seconds=5))]

    await answers(usage.ingest.RecordCalls(iter(batches)))

    assert await _histogram(usage, tenant) == {60: 1}
    assert await _histogram(usage, other) == {5: 1}


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (
            "calls[1].billable_seconds",
            lambda tenant: a_request(tenant, a_call("2"), a_call("3", billable_seconds=1)),
        ),
        ("time_zone", lambda tenant: a_request(tenant, a_call("2"), time_zone="")),
    ],
)
async def test_a_refused_batch_lets_those_ahead_of_it_in_and_none_behind(
    usage: Usage, tenant: str, field: str, refused: Any
) -> None:
    batches = [a_request(tenant, a_call("1")), refused(tenant), a_request(tenant, a_call("4"))]

    problem = await refusal(answers(usage.ingest.RecordCalls(iter(batches))))

    assert problem.reason == "INVALID_REQUEST"
    assert [violation.field for violation in problem.violations] == [field]
    assert [call.name.rpartition("/")[2] for call in await _calls(usage, tenant)] == [
        a_call("1").call_id
    ]


def _unequal(tenant: str) -> pb.RecordCallsRequest:
    request = a_request(tenant, a_call("1"), a_call("2"))
    del request.calls.agents[:]
    return request


@pytest.mark.parametrize(
    ("field", "request_of"),
    [
        ("time_zone", lambda tenant: a_request(tenant, a_call(), time_zone="Mars/Olympus")),
        ("time_zone", lambda tenant: a_request(tenant, a_call(), time_zone="")),
        ("calls", a_request),
        ("calls", lambda tenant: a_request(tenant, a_call(), a_call())),
        ("calls", _unequal),
        ("parent", lambda tenant: a_request("a/b", a_call())),
        (
            "calls[0].call_id",
            lambda tenant: a_request(
                tenant, a_call(call_id=a_call(start=datetime(2025, 9, 1, tzinfo=UTC)).call_id)
            ),
        ),
    ],
)
async def test_what_is_wrong_is_told(
    usage: Usage, tenant: str, field: str, request_of: Any
) -> None:
    call = usage.ingest.RecordCalls(iter([request_of(tenant)]))

    problem = await refusal(answers(call))

    assert (problem.reason, problem.violations[0].field) == ("INVALID_REQUEST", field)


async def test_a_name_that_no_tenant_can_have_is_not_found(usage: Usage) -> None:
    problem = await refusal(answers(usage.ingest.RecordCalls(iter([a_request("ABC", a_call())]))))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_telephony_alone_records_calls(usage: Usage, tenant: str) -> None:
    call = usage.ingest_by_gateway.RecordCalls(
        iter([a_request(tenant, a_call())]), metadata=usage.client(tenant)
    )

    assert (await refusal(answers(call))).reason == "CALLER_NOT_ALLOWED"
