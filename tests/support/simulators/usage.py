"""A usage service that holds what a test says was used."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal

from services.kit.clock import MovableClock
from services.kit.rpc.server import Service
from veneer.usage.v1 import change_service_pb2 as changes
from veneer.usage.v1 import change_service_pb2_grpc
from veneer.usage.v1 import ingest_service_pb2 as ingest
from veneer.usage.v1 import measurement_service_pb2 as measurements
from veneer.usage.v1 import quantity_service_pb2 as pb
from veneer.usage.v1 import quantity_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


@dataclass(frozen=True, slots=True)
class _Calls:
    stored_time: datetime
    day: date
    route: str
    seconds: int
    count: int
    direction: ingest.Direction.ValueType
    zone: str


@dataclass(frozen=True, slots=True)
class _Reading:
    stored_time: datetime
    day: date
    meter: measurements.Meter.ValueType
    subject: str
    quantity: Decimal


class UsageSimulator(rpc.QuantityServiceServicer, change_service_pb2_grpc.ChangeServiceServicer):
    """Answers as of any instant from what was stored before. Storing takes a second."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self._calls: dict[str, list[_Calls]] = defaultdict(list)
        self._readings: dict[str, list[_Reading]] = defaultdict(list)
        self.request_count = 0
        self._open, self._waits = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._let_through = 0

    def hold(self) -> None:
        """Answers nobody from now on."""
        self._let_through = 0
        self._open.clear()
        self._waits.clear()

    async def wait_for_somebody(self) -> None:
        """Waits until somebody waits for an answer."""
        async with asyncio.timeout(60):
            await self._waits.wait()

    def let_go(self) -> None:
        """Answers again."""
        self._let_through = 0
        self._open.set()

    def let_through(self, requests: int) -> None:
        """Answers so many requests more, those that wait first, and then nobody again."""
        self._let_through = requests
        self._open.set()

    async def _turn(self) -> None:
        while not self._open.is_set():
            await self._open.wait()
        if self._let_through:
            self._let_through -= 1
            if not self._let_through:
                self._open.clear()

    @property
    def service(self) -> Service:
        return rpc.add_QuantityServiceServicer_to_server, self

    @property
    def change_service(self) -> Service:
        return change_service_pb2_grpc.add_ChangeServiceServicer_to_server, self

    def store_calls(
        self,
        tenant_id: str,
        day: date,
        seconds: int,
        count: int = 1,
        **alike: Any,
    ) -> None:
        """Stores calls that are alike, outbound to the United States if nothing else is said.

        `alike` may give `route`, `direction` and `zone`.
        """
        usual = {"route": "r1", "direction": ingest.OUTBOUND, "zone": "US"}
        now = self._clock.now()
        calls = _Calls(now, day, seconds=seconds, count=count, **{**usual, **alike})
        self._calls[tenant_id].append(calls)
        self._clock.advance(seconds=1)

    def store_dids(self, tenant_id: str, day: date, numbers: int) -> None:
        """Stores that so many numbers were held on a day."""
        for number in range(numbers):
            self._store(tenant_id, day, measurements.DID_DAYS, f"+1212555{number:04}", "1")

    def store_gigabytes(self, tenant_id: str, day: date, gigabytes: str) -> None:
        """Stores a day's gauge."""
        self._store(tenant_id, day, measurements.STORAGE_GIGABYTES, "recordings", gigabytes)

    def store_support(self, tenant_id: str, day: date, hours: str) -> None:
        """Stores hours of support."""
        self._store(tenant_id, day, measurements.SUPPORT_HOURS, f"talk-{day}", hours)

    async def ReadQuantities(
        self, request: pb.ReadQuantitiesRequest, context: Context
    ) -> pb.ReadQuantitiesResponse:
        self.request_count += 1
        self._waits.set()
        await self._turn()
        as_of_time = self._clock.now()
        if request.HasField("as_of_time"):
            as_of_time = request.as_of_time.ToDatetime(UTC)
        tenant_id = request.tenant.removeprefix("tenants/")
        start, end = _day(request.start_date), _day(request.end_date)
        answer = pb.ReadQuantitiesResponse(
            histogram=_histogram(
                [
                    each
                    for each in self._calls[tenant_id]
                    if start <= each.day < end and each.stored_time < as_of_time
                ]
            ),
            meter_totals=_totals(
                [
                    each
                    for each in self._readings[tenant_id]
                    if start <= each.day < end and each.stored_time < as_of_time
                ]
            ),
        )
        answer.as_of_time.FromDatetime(as_of_time)
        return answer

    async def ReadChanges(
        self, request: changes.ReadChangesRequest, context: Context
    ) -> changes.ReadChangesResponse:
        tenant_id = request.tenant.removeprefix("tenants/")
        start, end = _day(request.start_date), _day(request.end_date)
        since = request.since_time.ToDatetime(UTC)
        last: dict[date, datetime] = {}
        stored: list[_Calls | _Reading] = [*self._calls[tenant_id], *self._readings[tenant_id]]
        for each in stored:
            if start <= each.day < end and each.stored_time >= since:
                last[each.day] = max(each.stored_time, last.get(each.day, since))
        answer = changes.ReadChangesResponse()
        for day in sorted(last):
            change = answer.changes.add(
                local_date=Date(year=day.year, month=day.month, day=day.day)
            )
            change.last_stored_time.FromDatetime(last[day])
        return answer

    def _store(
        self,
        tenant_id: str,
        day: date,
        meter: measurements.Meter.ValueType,
        subject: str,
        quantity: str,
    ) -> None:
        reading = _Reading(self._clock.now(), day, meter, subject, Decimal(quantity))
        self._readings[tenant_id].append(reading)
        self._clock.advance(seconds=1)


def _histogram(calls: list[_Calls]) -> pb.ReadQuantitiesResponse.Histogram:
    counts: Counter[tuple[ingest.Direction.ValueType, str, str, int]] = Counter()
    for each in calls:
        counts[each.direction, each.zone, each.route, each.seconds] += each.count
    return pb.ReadQuantitiesResponse.Histogram(
        directions=[direction for direction, *_ in counts],
        zones=[zone for _, zone, *_ in counts],
        routes=[route for *_, route, _ in counts],
        billable_seconds=[seconds for *_, seconds in counts],
        call_counts=list(counts.values()),
    )


def _totals(readings: list[_Reading]) -> list[pb.ReadQuantitiesResponse.MeterTotal]:
    by_meter: dict[measurements.Meter.ValueType, list[_Reading]] = defaultdict(list)
    for reading in readings:
        by_meter[reading.meter].append(reading)
    return [
        pb.ReadQuantitiesResponse.MeterTotal(
            meter=meter,
            subject_count=len({each.subject for each in found}),
            day_count=len({each.day for each in found}),
            sum=WireDecimal(value=f"{sum(each.quantity for each in found):f}"),
            greatest_day=WireDecimal(value=f"{_greatest_day(found):f}"),
        )
        for meter, found in by_meter.items()
    ]


def _day(wire: Date) -> date:
    return date(wire.year, wire.month, wire.day)


def _greatest_day(readings: list[_Reading]) -> Decimal:
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for each in readings:
        by_day[each.day] += each.quantity
    return max(by_day.values())
