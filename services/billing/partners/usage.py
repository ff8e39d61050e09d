"""Asks the usage service for quantities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from services.billing.domain.quantities import CallKind, Span
from services.billing.partners.call_feed import CallFeed
from services.kit.money_wire import decimal_from_wire
from services.kit.rpc.errors import refusal_from
from veneer.usage.v1 import change_service_pb2 as changes
from veneer.usage.v1 import change_service_pb2_grpc
from veneer.usage.v1 import ingest_service_pb2 as ingest
from veneer.usage.v1 import measurement_service_pb2 as measurements
from veneer.usage.v1 import quantity_service_pb2 as pb
from veneer.usage.v1 import quantity_service_pb2_grpc as rpc

_DEADLINE_SECONDS = 10.0
_DIRECTIONS = {number: name for name, number in ingest.Direction.items()}


@dataclass(frozen=True, slots=True)
class Total:
    """The readings of one meter: different subjects, different days, the sum of all and of the
    day that has most."""

    subject_count: int = 0
    day_count: int = 0
    sum: Decimal = Decimal(0)
    greatest_day: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was used in a span of days; `calls` is kind -> number of calls."""

    as_of_time: datetime
    calls: Mapping[CallKind, int]
    dids: Total
    storage: Total
    support: Total
    named_seats: Total
    peak_seats: Total
    api_calls: Total


class Usage:
    """The usage service, as far as billing needs it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.QuantityServiceStub(channel)
        self.feed = CallFeed(channel)
        self._changes = change_service_pb2_grpc.ChangeServiceStub(channel)

    async def read(self, tenant_id: str, span: Span, as_of_time: datetime | None) -> Reading:
        """Reads what was used in a span as it was stored before an instant, now if None.

        Asked again with the instant in its answer it gives the same for ever. Refuses with
        TEMPORARILY_UNAVAILABLE when the service does not answer.
        """
        request = pb.ReadQuantitiesRequest(
            tenant=f"tenants/{tenant_id}",
            start_date=_date(span.start_date),
            end_date=_date(span.end_date),
        )
        if as_of_time is not None:
            request.as_of_time.FromDatetime(as_of_time)
        try:
            answer = await self._stub.ReadQuantities(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return _reading(answer)

    async def changes(self, tenant_id: str, span: Span, since: datetime) -> dict[date, datetime]:
        """Gives the days that were changed at an instant or after, with their latest change.

        The span has at most 400 days. Refuses with TEMPORARILY_UNAVAILABLE when the service does
        not answer.
        """
        request = changes.ReadChangesRequest(
            tenant=f"tenants/{tenant_id}",
            start_date=_date(span.start_date),
            end_date=_date(span.end_date),
        )
        request.since_time.FromDatetime(since)
        try:
            answer = await self._changes.ReadChanges(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return {_day(each.local_date): _instant(each.last_stored_time) for each in answer.changes}


def _reading(answer: pb.ReadQuantitiesResponse) -> Reading:
    histogram = answer.histogram
    calls: dict[CallKind, int] = {}
    kinds = zip(
        histogram.routes,
        map(_DIRECTIONS.__getitem__, histogram.directions),
        histogram.zones,
        histogram.billable_seconds,
        strict=True,
    )
    for kind, count in zip(map(CallKind._make, kinds), histogram.call_counts, strict=True):
        calls[kind] = calls.get(kind, 0) + count
    totals = {each.meter: _total(each) for each in answer.meter_totals}
    return Reading(
        as_of_time=_instant(answer.as_of_time),
        calls=calls,
        dids=totals.get(measurements.DID_DAYS, Total()),
        storage=totals.get(measurements.STORAGE_GIGABYTES, Total()),
        support=totals.get(measurements.SUPPORT_HOURS, Total()),
        named_seats=totals.get(measurements.NAMED_SEATS, Total()),
        peak_seats=totals.get(measurements.PEAK_SEATS, Total()),
        api_calls=totals.get(measurements.API_CALLS, Total()),
    )


def _total(wire: pb.ReadQuantitiesResponse.MeterTotal) -> Total:
    return Total(
        wire.subject_count,
        wire.day_count,
        decimal_from_wire(wire.sum),
        decimal_from_wire(wire.greatest_day),
    )


def _instant(wire: Timestamp) -> datetime:
    return wire.ToDatetime(UTC)


def _day(wire: Date) -> date:
    return date(wire.year, wire.month, wire.day)


def _date(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)
