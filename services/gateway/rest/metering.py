"""Counts the requests that clients make by key, and hands the counts to usage."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import grpc

from services.kit.logging import get_logger
from services.kit.money_wire import decimal_to_wire
from veneer.usage.v1 import measurement_service_pb2, meter_service_pb2

if TYPE_CHECKING:
    from veneer.usage.v1.meter_service_pb2_grpc import MeterServiceAsyncStub

_PERIOD_SECONDS = 5.0

# Gives the present day of `tenants/{tenant}`.
Today = Callable[[str], Awaitable[date]]

log = get_logger(__name__)


class ApiCallMeter:
    """Requests of each client on each of its days, as this process has counted them.

    A reading is the process's whole count of a day, so that it may be handed in any number of
    times. A killed process takes up to five seconds of counts with it: not charged, never twice.
    """

    def __init__(self, meters: MeterServiceAsyncStub, today: Today) -> None:
        self._meters, self._today = meters, today
        self._subject = f"api/{uuid.uuid4().hex[:12]}"
        self._counts: Counter[tuple[str, date]] = Counter()
        self._recorded: dict[tuple[str, date], int] = {}

    async def count(self, tenant: str) -> None:
        """Counts one request of `tenants/{tenant}`."""
        self._counts[tenant, await self._today(tenant)] += 1

    async def run(self) -> None:
        """Hands counts in until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(_PERIOD_SECONDS)
                await self.record()
        finally:
            await self.record()

    async def record(self) -> None:
        """Hands in what has grown; what usage does not take now is handed in the next time."""
        for key, count in list(self._counts.items()):
            if self._recorded.get(key) == count:
                continue
            try:
                await self._meters.RecordReadings(self._reading(*key, count))
            except grpc.aio.AioRpcError as error:
                log.warning("API calls wait to be metered", code=error.code().name)
                return
            self._recorded[key] = count
        self._forget_old_days()

    def _reading(
        self, tenant: str, day: date, count: int
    ) -> meter_service_pb2.RecordReadingsRequest:
        reading = measurement_service_pb2.Measurement(
            meter=measurement_service_pb2.API_CALLS,
            subject=self._subject,
            quantity=decimal_to_wire(Decimal(count)),
        )
        reading.date.year, reading.date.month, reading.date.day = day.year, day.month, day.day
        return meter_service_pb2.RecordReadingsRequest(parent=tenant, measurements=[reading])

    def _forget_old_days(self) -> None:
        latest: dict[str, date] = {}
        for tenant, day in self._counts:
            latest[tenant] = max(day, latest.get(tenant, day))
        for key in [each for each in self._counts if each[1] < latest[each[0]]]:
            if self._recorded.get(key) == self._counts[key]:
                del self._counts[key], self._recorded[key]
