"""Calls that the operator charges no more, as it and billing meet them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.type.date_pb2 import Date

from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import MeasuredCall, a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import call_correction_service_pb2 as pb
from veneer.usage.v1 import call_service_pb2 as calls_pb
from veneer.usage.v1 import quantity_service_pb2 as quantities_pb
from veneer.usage.v1 import usage_summary_service_pb2 as summaries_pb

FIRST, END = Date(year=2025, month=11, day=1), Date(year=2025, month=12, day=1)


async def _record(usage: Usage, tenant: str, *calls: MeasuredCall) -> None:
    await answers(usage.ingest.RecordCalls(iter([a_request(tenant, *calls)])))


async def _only_call(usage: Usage, tenant: str) -> Any:
    page = await usage.calls.ListCalls(
        calls_pb.ListCallsRequest(parent=f"tenants/{tenant}"), metadata=usage.client(tenant)
    )
    (call,) = page.calls
    return call


async def _quantities(usage: Usage, tenant: str, as_of: Any = None) -> Any:
    return await usage.quantities.ReadQuantities(
        quantities_pb.ReadQuantitiesRequest(
            tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END, as_of_time=as_of
        )
    )


async def _withdraw(usage: Usage, name: str, **more: str) -> None:
    await usage.corrections.WithdrawCall(
        pb.WithdrawCallRequest(name=name, reason="A test call", **more),
        metadata=usage.operator("calls.write"),
    )


async def _reinstate(usage: Usage, name: str) -> None:
    await usage.corrections.ReinstateCall(
        pb.ReinstateCallRequest(name=name, reason="No test after all"),
        metadata=usage.operator("calls.write"),
    )


async def test_a_withdrawn_call_is_shown_and_not_charged(usage: Usage, tenant: str) -> None:
    """And what was told before stays as it was told."""
    await _record(usage, tenant, a_call("1"))
    name = (await _only_call(usage, tenant)).name
    before = await _quantities(usage, tenant)

    await _withdraw(usage, name)

    assert (await _only_call(usage, tenant)).withdrawn
    assert not (await _quantities(usage, tenant)).histogram.call_counts
    assert await _quantities(usage, tenant, before.as_of_time) == before
    summary = await usage.summaries.GetUsageSummary(
        summaries_pb.GetUsageSummaryRequest(name=f"tenants/{tenant}/usageSummaries/2025-11"),
        metadata=usage.client(tenant),
    )
    assert (summary.call_count, summary.billable_seconds) == (0, 0)


async def test_withdrawing_again_changes_nothing(usage: Usage, tenant: str) -> None:
    await _record(usage, tenant, a_call("1"), a_call("2", seconds=30))
    page = await usage.calls.ListCalls(
        calls_pb.ListCallsRequest(parent=f"tenants/{tenant}"), metadata=usage.client(tenant)
    )
    name = next(call.name for call in page.calls if call.billable_seconds == 60)

    for _ in range(2):
        await _withdraw(usage, name)

    assert list((await _quantities(usage, tenant)).histogram.billable_seconds) == [30]


async def test_a_late_repeat_does_not_withdraw_a_call_that_was_put_back(
    usage: Usage, tenant: str
) -> None:
    await _record(usage, tenant, a_call("1"))
    name, request_id = (await _only_call(usage, tenant)).name, str(uuid.uuid4())
    await _withdraw(usage, name, request_id=request_id)
    await _reinstate(usage, name)

    await _withdraw(usage, name, request_id=request_id)

    assert not (await _only_call(usage, tenant)).withdrawn


async def test_a_correction_of_a_withdrawn_call_counts_when_it_is_put_back(
    usage: Usage, tenant: str
) -> None:
    """It comes back as it stands by then."""
    await _record(usage, tenant, a_call("1"))
    name = (await _only_call(usage, tenant)).name
    await _withdraw(usage, name)
    await _record(usage, tenant, a_call("1", seconds=75))
    assert not (await _quantities(usage, tenant)).histogram.call_counts

    await _reinstate(usage, name)

    histogram = (await _quantities(usage, tenant)).histogram
    assert (list(histogram.billable_seconds), list(histogram.call_counts)) == ([75], [1])


@pytest.mark.parametrize(("call", "reason", "refused"), [
    ("calls/0000000000000000nothere1", "A test call", "RESOURCE_NOT_FOUND"),
    ("calls/0000000000000000nothere1", "", "INVALID_REQUEST"),
    ("calls/0000000000000000nothere1", "x" * 501, "INVALID_REQUEST"),
])  # fmt: skip
async def test_what_cannot_be_withdrawn_is_refused(
    usage: Usage, tenant: str, call: str, reason: str, refused: str
) -> None:
    request = pb.WithdrawCallRequest(name=f"tenants/{tenant}/{call}", reason=reason)

    problem = await refusal(
        usage.corrections.WithdrawCall(request, metadata=usage.operator("calls.write"))
    )

    assert problem.reason == refused


async def test_a_client_withdraws_nothing(usage: Usage, tenant: str) -> None:
    request = pb.WithdrawCallRequest(name=f"tenants/{tenant}/calls/x", reason="Dear")

    problem = await refusal(
        usage.corrections.WithdrawCall(request, metadata=usage.client(tenant, "calls.write"))
    )

    assert problem.reason == "PERMISSION_MISSING"
