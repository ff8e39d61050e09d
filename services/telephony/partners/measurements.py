"""Tells usage which numbers were held on which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import grpc
from google.type import date_pb2, decimal_pb2

from services.kit.rpc.errors import refusal_from
from veneer.usage.v1 import measurement_service_pb2 as pb
from veneer.usage.v1 import measurement_service_pb2_grpc as rpc

BATCH_MAX = 1000


class Measurements:
    """usage's meters other than calls."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.MeasurementServiceStub(channel)

    async def record_did_days(self, tenant_id: str, days: Sequence[tuple[str, date]]) -> None:
        """Records (number, day) pairs, at most 1000; recording one again changes nothing."""
        request = pb.RecordMeasurementsRequest(
            parent=f"tenants/{tenant_id}", measurements=[_measurement(*day) for day in days]
        )
        try:
            await self._stub.RecordMeasurements(request)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error


def _measurement(number: str, day: date) -> pb.Measurement:
    return pb.Measurement(
        meter=pb.DID_DAYS,
        subject=number,
        date=date_pb2.Date(year=day.year, month=day.month, day=day.day),
        quantity=decimal_pb2.Decimal(value="1"),
    )
