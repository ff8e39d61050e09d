"""MeterService: readings that services hand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.usage.rpc import wire
from services.usage.store import UsageStore
from services.usage.usecases.record_measurements import record_measurements
from veneer.usage.v1 import meter_service_pb2 as pb
from veneer.usage.v1 import meter_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class MeterService(rpc.MeterServiceServicer):
    """veneer.usage.v1.MeterService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def RecordReadings(
        self, request: pb.RecordReadingsRequest, context: Context
    ) -> pb.RecordReadingsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        readings = [wire.read_measurement(reading) for reading in request.measurements]
        await record_measurements(self._db, tenant_id, readings)
        return pb.RecordReadingsResponse()
