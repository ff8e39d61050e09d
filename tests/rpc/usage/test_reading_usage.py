"""Calls, summaries, readings and quantities as those who ask for them meet them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import MeasuredCall, a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import call_service_pb2 as calls_pb
from veneer.usage.v1 import ingest_service_pb2
from veneer.usage.v1 import measurement_service_pb2 as measurements_pb
from veneer.usage.v1 import quantity_service_pb2 as quantities_pb
from veneer.usage.v1 import usage_summary_service_pb2 as summaries_pb

FIRST, END = Date(year=2025, month=11, day=1), Date(year=2025, month=12, day=1)


async def _record(usage: Usage, tenant: str, *calls: MeasuredCall) -> None:
    await answers(usage.ingest.RecordCalls(iter([a_request(tenant, *calls)])))


def a_reading(subject: str = "12125550100", **changes: Any) -> measurements_pb.Measurement:
    values: dict[str, Any] = {
        "meter": measurements_pb.DID_DAYS,
        "subject": subject,
        "date": Date(year=2025, month=11, day=3),
        "quantity": Decimal(value="1"),
    }
    return measurements_pb.Measurement(**{**values, **changes})


def _readings(tenant: str, *readings: measurements_pb.Measurement) -> Any:
    return measurements_pb.RecordMeasurementsRequest(
        parent=f"tenants/{tenant}", measurements=readings
    )


async def test_a_call_is_shown_as_it_was(usage: Usage, tenant: str) -> None:
    start = datetime(2025, 11, 4, 3, 0, tzinfo=UTC)
    call = a_call(start=start, agent="kim", disposition="SALE", conversation_id="c1")
    await _record(usage, tenant, call)

    name = f"tenants/{tenant}/calls/{call.call_id}"
    shown = await usage.calls.GetCall(
        calls_pb.GetCallRequest(name=name), metadata=usage.client(tenant)
    )

    assert shown.name == name
    assert shown.direction == ingest_service_pb2.OUTBOUND
    assert (shown.called_number, shown.caller_number) == ("+12125550123", "+18005550100")
    assert shown.start_time.ToDatetime(UTC) == start
    assert shown.answer_time.ToDatetime(UTC) == start + timedelta(seconds=9)
    assert shown.local_date == Date(year=2025, month=11, day=3)
    assert (shown.billable_seconds, shown.zone, shown.revision_count) == (60, "US", 0)
    assert (shown.agent, shown.disposition, shown.conversation_id) == ("kim", "SALE", "c1")


async def test_an_estimated_end_says_so_until_it_is_corrected(usage: Usage, tenant: str) -> None:
    """The client sees that a figure may change, and nothing of why."""
    estimated = a_call(seconds=40, end_is_estimated=True)
    name = f"tenants/{tenant}/calls/{estimated.call_id}"

    async def shown() -> calls_pb.Call:
        request = calls_pb.GetCallRequest(name=name)
        call: calls_pb.Call = await usage.calls.GetCall(request, metadata=usage.client(tenant))
        return call

    await _record(usage, tenant, estimated)
    before = await shown()
    await _record(usage, tenant, a_call(seconds=55))
    after = await shown()

    assert (before.end_is_estimated, before.billable_seconds) == (True, 40)
    assert (after.end_is_estimated, after.billable_seconds, after.revision_count) == (False, 55, 1)


async def test_a_call_that_was_not_answered_has_no_answer_time(usage: Usage, tenant: str) -> None:
    await _record(usage, tenant, a_call(seconds=None))

    request = calls_pb.ListCallsRequest(parent=f"tenants/{tenant}")
    (shown,) = (await usage.calls.ListCalls(request, metadata=usage.client(tenant))).calls

    assert not shown.HasField("answer_time")


async def test_a_call_that_is_not_there_is_not_found(usage: Usage, tenant: str) -> None:
    request = calls_pb.GetCallRequest(name=f"tenants/{tenant}/calls/{a_call().call_id}")

    problem = await refusal(usage.calls.GetCall(request, metadata=usage.client(tenant)))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_calls_come_page_by_page(usage: Usage, tenant: str) -> None:
    start = datetime(2025, 11, 3, 17, 0, tzinfo=UTC)
    calls = [a_call(str(n), start=start + timedelta(minutes=n)) for n in range(5)]
    await _record(usage, tenant, *calls)
    request = calls_pb.ListCallsRequest(parent=f"tenants/{tenant}", page_size=2)

    names = []
    for _ in range(3):
        page = await usage.calls.ListCalls(request, metadata=usage.client(tenant))
        names += [call.name.rpartition("/")[2] for call in page.calls]
        request.page_token = page.next_page_token

    assert names == [call.call_id for call in reversed(calls)]
    assert not page.next_page_token


async def test_calls_are_filtered(usage: Usage, tenant: str) -> None:
    monday, tuesday = (datetime(2025, 11, day, 17, 0, tzinfo=UTC) for day in (3, 4))
    wanted = a_call("wanted", start=monday)
    await _record(
        usage,
        tenant,
        wanted,
        a_call("not answered", start=monday, seconds=None),
        a_call("later", start=tuesday),
    )

    request = calls_pb.ListCallsRequest(
        parent=f"tenants/{tenant}",
        start_date=Date(year=2025, month=11, day=3),
        end_date=Date(year=2025, month=11, day=4),
        answered_only=True,
    )
    page = await usage.calls.ListCalls(request, metadata=usage.client(tenant))

    assert [call.name.rpartition("/")[2] for call in page.calls] == [wanted.call_id]


async def test_a_page_token_holds_for_its_own_question(usage: Usage, tenant: str) -> None:
    await _record(usage, tenant, a_call("1"), a_call("2"))
    request = calls_pb.ListCallsRequest(parent=f"tenants/{tenant}", page_size=1)
    page = await usage.calls.ListCalls(request, metadata=usage.client(tenant))
    request.page_token, request.answered_only = page.next_page_token, True

    problem = await refusal(usage.calls.ListCalls(request, metadata=usage.client(tenant)))

    assert problem.reason == "INVALID_PAGE_TOKEN"


async def test_a_negative_page_size_is_refused(usage: Usage, tenant: str) -> None:
    request = calls_pb.ListCallsRequest(parent=f"tenants/{tenant}", page_size=-1)

    problem = await refusal(usage.calls.ListCalls(request, metadata=usage.client(tenant)))

    assert problem.reason == "INVALID_REQUEST"


async def test_a_month_is_summed_up(usage: Usage, tenant: str) -> None:
    next_day = datetime(2025, 11, 4, 17, 0, tzinfo=UTC)
    await _record(
        usage,
        tenant,
        a_call("1", seconds=60),
        a_call("2", seconds=None),
        a_call("3", seconds=30, start=next_day),
        a_call("4", start=datetime(2025, 12, 1, 4, 59, tzinfo=UTC) - timedelta(days=31)),
    )
    await usage.measurements_by_telephony.RecordMeasurements(
        _readings(tenant, a_reading("1"), a_reading("2"))
    )

    summary = await usage.summaries.GetUsageSummary(
        summaries_pb.GetUsageSummaryRequest(name=f"tenants/{tenant}/usageSummaries/2025-11"),
        metadata=usage.client(tenant),
    )

    assert (summary.call_count, summary.answered_call_count) == (3, 2)
    assert (summary.billable_seconds, summary.did_count) == (90, 2)
    assert [(day.date.day, day.call_count) for day in summary.days] == [(3, 2), (4, 1)]
    assert summary.as_of_time.ToDatetime(UTC) >= usage.clock.now()


async def test_a_month_without_usage_has_zeros(usage: Usage, tenant: str) -> None:
    name = f"tenants/{tenant}/usageSummaries/2024-02"
    summary = await usage.summaries.GetUsageSummary(
        summaries_pb.GetUsageSummaryRequest(name=name), metadata=usage.client(tenant)
    )

    assert (summary.name, summary.call_count, list(summary.days)) == (name, 0, [])


@pytest.mark.parametrize("month", ["2025-13", "october", "2025-10-01"])
async def test_what_is_no_month_is_refused(usage: Usage, tenant: str, month: str) -> None:
    request = summaries_pb.GetUsageSummaryRequest(name=f"tenants/{tenant}/usageSummaries/{month}")

    problem = await refusal(usage.summaries.GetUsageSummary(request, metadata=usage.client(tenant)))

    assert (problem.reason, problem.violations[0].field) == ("INVALID_REQUEST", "name")


async def test_readings_are_recorded_once_and_corrected(usage: Usage, tenant: str) -> None:
    hours: dict[str, Any] = {"meter": measurements_pb.SUPPORT_HOURS, "subject": "training"}
    operator = usage.operator("measurements.write")
    for value in ("2", "2", "3.5"):
        await usage.measurements.RecordMeasurements(
            _readings(tenant, a_reading(**hours, quantity=Decimal(value=value))), metadata=operator
        )

    page = await usage.measurements.ListMeasurements(
        measurements_pb.ListMeasurementsRequest(parent=f"tenants/{tenant}"),
        metadata=usage.client(tenant),
    )

    assert [(reading.subject, reading.quantity.value) for reading in page.measurements] == [
        ("training", "3.5")
    ]


async def test_readings_come_page_by_page(usage: Usage, tenant: str) -> None:
    subjects = ["1", "2", "3"]
    await usage.measurements_by_telephony.RecordMeasurements(
        _readings(tenant, *map(a_reading, subjects))
    )
    request = measurements_pb.ListMeasurementsRequest(parent=f"tenants/{tenant}", page_size=2)

    first = await usage.measurements.ListMeasurements(request, metadata=usage.client(tenant))
    request.page_token = first.next_page_token
    rest = await usage.measurements.ListMeasurements(request, metadata=usage.client(tenant))

    listed = [*first.measurements, *rest.measurements]
    assert [reading.subject for reading in listed] == subjects[::-1]
    assert not rest.next_page_token


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Decimal(value="-1")}, "measurements[0].quantity"),
        ({"subject": ""}, "measurements[0].subject"),
        ({"meter": 0}, "measurements[0].meter"),
        ({"meter": 99}, "measurements[0].meter"),
        ({"meter": 4, "quantity": Decimal(value="2")}, "measurements[0].quantity"),
        ({"meter": 6, "quantity": Decimal(value="1.5")}, "measurements[0].quantity"),
        ({"date": Date(year=2025, month=2, day=30)}, "measurements[0].date"),
    ],
)
async def test_readings_that_cannot_be_are_refused(
    usage: Usage, tenant: str, changes: dict[str, Any], field: str
) -> None:
    request = _readings(tenant, a_reading(**changes))

    problem = await refusal(usage.measurements_by_telephony.RecordMeasurements(request))

    assert (problem.reason, problem.violations[0].field) == ("INVALID_REQUEST", field)


async def test_a_client_does_not_record_readings(usage: Usage, tenant: str) -> None:
    call = usage.measurements.RecordMeasurements(
        _readings(tenant, a_reading()), metadata=usage.client(tenant, "measurements.write")
    )

    assert (await refusal(call)).reason == "PERMISSION_MISSING"


async def test_quantities_are_the_same_for_the_same_instant(usage: Usage, tenant: str) -> None:
    await _record(usage, tenant, a_call("1"))
    request = quantities_pb.ReadQuantitiesRequest(
        tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END
    )
    found = await usage.quantities.ReadQuantities(request)
    await _record(usage, tenant, a_call("1", seconds=75), a_call("2"))

    request.as_of_time.CopyFrom(found.as_of_time)

    assert await usage.quantities.ReadQuantities(request) == found
    assert list(found.histogram.billable_seconds) == [60]


async def test_quantities_tell_the_meters(usage: Usage, tenant: str) -> None:
    gigabytes: dict[str, Any] = {
        "meter": measurements_pb.STORAGE_GIGABYTES,
        "subject": "recordings",
    }
    await usage.measurements_by_telephony.RecordMeasurements(
        _readings(
            tenant,
            a_reading("1"),
            a_reading("2"),
            a_reading(**gigabytes, quantity=Decimal(value="500.25")),
        )
    )

    found = await usage.quantities.ReadQuantities(
        quantities_pb.ReadQuantitiesRequest(
            tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END
        )
    )

    totals = [
        (total.meter, total.subject_count, total.day_count, total.sum.value)
        for total in found.meter_totals
    ]
    assert totals == [
        (measurements_pb.DID_DAYS, 2, 1, "2"),
        (measurements_pb.STORAGE_GIGABYTES, 1, 1, "500.25"),
    ]


async def test_quantities_of_the_future_are_refused(usage: Usage, tenant: str) -> None:
    request = quantities_pb.ReadQuantitiesRequest(
        tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END
    )
    request.as_of_time.FromDatetime(usage.clock.now() + timedelta(days=1))

    problem = await refusal(usage.quantities.ReadQuantities(request))

    assert (problem.reason, problem.violations[0].field) == ("INVALID_REQUEST", "as_of_time")


async def test_billing_alone_reads_quantities(usage: Usage, tenant: str) -> None:
    request = quantities_pb.ReadQuantitiesRequest(
        tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END
    )

    problem = await refusal(
        usage.quantities_by_gateway.ReadQuantities(request, metadata=usage.client(tenant))
    )

    assert problem.reason == "CALLER_NOT_ALLOWED"


def _client_calls(usage: Usage, tenant: str) -> list[tuple[Any, Any]]:
    call = f"tenants/{tenant}/calls/{a_call().call_id}"
    summary = f"tenants/{tenant}/usageSummaries/2025-11"
    parent = f"tenants/{tenant}"
    return [
        (usage.calls.GetCall, calls_pb.GetCallRequest(name=call)),
        (usage.calls.ListCalls, calls_pb.ListCallsRequest(parent=parent)),
        (
            usage.summaries.GetUsageSummary,
            summaries_pb.GetUsageSummaryRequest(name=summary),
        ),
        (
            usage.measurements.ListMeasurements,
            measurements_pb.ListMeasurementsRequest(parent=parent),
        ),
    ]


@pytest.mark.parametrize("number", range(4))
async def test_another_tenants_usage_is_as_if_it_did_not_exist(
    usage: Usage, tenant: str, number: int
) -> None:
    await _record(usage, tenant, a_call())
    method, request = _client_calls(usage, tenant)[number]

    problem = await refusal(method(request, metadata=usage.client(f"{tenant}-x")))

    assert problem.reason == "RESOURCE_NOT_FOUND"
    assert (await method(request, metadata=usage.client(tenant))) is not None


@pytest.mark.parametrize("number", range(4))
async def test_reading_needs_the_permission(usage: Usage, tenant: str, number: int) -> None:
    method, request = _client_calls(usage, tenant)[number]

    problem = await refusal(method(request, metadata=usage.client(tenant, "brand.read")))

    assert problem.reason == "PERMISSION_MISSING"


async def test_the_operator_reads_every_tenants_usage(usage: Usage, tenant: str) -> None:
    await _record(usage, tenant, a_call())
    method, request = _client_calls(usage, tenant)[1]

    page = await method(request, metadata=usage.operator("calls.read"))

    assert len(page.calls) == 1
