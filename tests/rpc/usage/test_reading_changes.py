"""ChangeService: which days have changed since an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from services.kit.rpc.errors import RpcProblem
from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import MeasuredCall, a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import change_service_pb2 as pb
from veneer.usage.v1 import measurement_service_pb2 as measurements_pb

FIRST, END = Date(year=2025, month=11, day=1), Date(year=2025, month=12, day=1)
NOON_OF_THE_FOURTH = datetime(2025, 11, 4, 17, tzinfo=UTC)


async def _record(usage: Usage, tenant: str, *calls: MeasuredCall) -> None:
    await answers(usage.ingest.RecordCalls(iter([a_request(tenant, *calls)])))
    usage.clock.advance(seconds=1)


def _asked(tenant: str, since: datetime, end: Date = END) -> pb.ReadChangesRequest:
    request = pb.ReadChangesRequest(tenant=f"tenants/{tenant}", start_date=FIRST, end_date=end)
    request.since_time.FromDatetime(since)
    return request


async def _changed(usage: Usage, tenant: str, since: datetime) -> list[date]:
    answer: Any = await usage.changes.ReadChanges(_asked(tenant, since))
    return [
        date(each.local_date.year, each.local_date.month, each.local_date.day)
        for each in answer.changes
    ]


async def test_a_day_changes_when_a_call_of_it_is_stored(usage: Usage, tenant: str) -> None:
    before = usage.clock.now()
    await _record(usage, tenant, a_call(start=NOON_OF_THE_FOURTH))

    assert await _changed(usage, tenant, before) == [date(2025, 11, 4)]
    assert await _changed(usage, tenant, usage.clock.now()) == []


async def test_sending_a_call_again_changes_no_day(usage: Usage, tenant: str) -> None:
    call = a_call(start=NOON_OF_THE_FOURTH)
    await _record(usage, tenant, call)
    after = usage.clock.now()
    await _record(usage, tenant, call)

    assert await _changed(usage, tenant, after) == []


async def test_a_day_changes_when_it_is_measured(usage: Usage, tenant: str) -> None:
    before = usage.clock.now()
    reading = measurements_pb.Measurement(
        meter=measurements_pb.SUPPORT_HOURS,
        subject="talk",
        date=Date(year=2025, month=11, day=9),
        quantity=Decimal(value="1.5"),
    )
    request = measurements_pb.RecordMeasurementsRequest(
        parent=f"tenants/{tenant}", measurements=[reading]
    )
    await usage.measurements.RecordMeasurements(
        request, metadata=usage.operator("measurements.write")
    )

    assert await _changed(usage, tenant, before) == [date(2025, 11, 9)]


async def test_other_tenants_changes_are_not_told(usage: Usage, tenant: str) -> None:
    before = usage.clock.now()
    await _record(usage, tenant, a_call(start=NOON_OF_THE_FOURTH))

    assert await _changed(usage, f"{tenant}-other", before) == []


async def test_a_span_has_its_limit(usage: Usage, tenant: str) -> None:
    end = Date(year=2027, month=1, day=1)

    problem: RpcProblem = await refusal(
        usage.changes.ReadChanges(_asked(tenant, usage.clock.now(), end))
    )

    assert problem.reason == "INVALID_REQUEST"
