"""Tells usage how many agents a tenant has, and had at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import grpc
from google.type import date_pb2, decimal_pb2

from services.kit.rpc.errors import refusal_from
from veneer.usage.v1 import measurement_service_pb2, meter_service_pb2, meter_service_pb2_grpc

BATCH_MAX = 1000
_EVERYWHERE = "all"


@dataclass(frozen=True, slots=True)
class Reading:
    """One agent that could log in on a day, or the most that were logged in at once."""

    subject: str
    day: date
    seats: int
    is_peak: bool

    @classmethod
    def named(cls, agent_id: str, day: date) -> Reading:
        """An agent that can log in."""
        return cls(agent_id, day, 1, False)

    @classmethod
    def peak(cls, seats: int, day: date) -> Reading:
        """The most that were logged in at once."""
        return cls(_EVERYWHERE, day, seats, True)


class SeatReadings:
    """usage's meters of seats."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = meter_service_pb2_grpc.MeterServiceStub(channel)

    async def record(self, tenant_id: str, readings: Sequence[Reading]) -> None:
        """Records readings, at most 1000; recording one again changes nothing."""
        request = meter_service_pb2.RecordReadingsRequest(
            parent=f"tenants/{tenant_id}", measurements=map(_measurement, readings)
        )
        try:
            await self._stub.RecordReadings(request)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error


def _measurement(reading: Reading) -> measurement_service_pb2.Measurement:
    return measurement_service_pb2.Measurement(
        meter=(
            measurement_service_pb2.PEAK_SEATS
            if reading.is_peak
            else measurement_service_pb2.NAMED_SEATS
        ),
        subject=reading.subject,
        date=date_pb2.Date(year=reading.day.year, month=reading.day.month, day=reading.day.day),
        quantity=decimal_pb2.Decimal(value=str(reading.seats)),
    )
