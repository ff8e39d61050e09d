"""Tells usage how many gigabytes a tenant keeps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import grpc
from google.type import date_pb2, decimal_pb2

from services.kit.rpc.errors import refusal_from
from services.telephony.domain.storage import Kept, gigabytes
from veneer.usage.v1 import measurement_service_pb2, meter_service_pb2, meter_service_pb2_grpc


class StorageReadings:
    """usage's meter of storage, read separately for recordings and leads."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = meter_service_pb2_grpc.MeterServiceStub(channel)

    async def record(self, tenant_id: str, day: date, kept: Kept) -> None:
        """Records what is kept on a day; recording it again corrects it."""
        request = meter_service_pb2.RecordReadingsRequest(
            parent=f"tenants/{tenant_id}",
            measurements=[
                _measurement("recordings", day, gigabytes(kept.recordings_bytes)),
                _measurement("leads", day, gigabytes(kept.leads_bytes)),
            ],
        )
        try:
            await self._stub.RecordReadings(request)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error


def _measurement(subject: str, day: date, quantity: Decimal) -> measurement_service_pb2.Measurement:
    return measurement_service_pb2.Measurement(
        meter=measurement_service_pb2.STORAGE_GIGABYTES,
        subject=subject,
        date=date_pb2.Date(year=day.year, month=day.month, day=day.day),
        quantity=decimal_pb2.Decimal(value=f"{quantity:f}"),
    )
