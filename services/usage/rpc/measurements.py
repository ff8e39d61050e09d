"""MeasurementService: the meters other than calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.usage.rpc import wire
from services.usage.store import UsageStore
from services.usage.usecases.record_measurements import record_measurements
from veneer.usage.v1 import measurement_service_pb2 as pb
from veneer.usage.v1 import measurement_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_PAGE_SIZE = 50
_PAGE_SIZE_MAX = 1000


class MeasurementService(rpc.MeasurementServiceServicer):
    """veneer.usage.v1.MeasurementService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def RecordMeasurements(
        self, request: pb.RecordMeasurementsRequest, context: Context
    ) -> pb.RecordMeasurementsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        readings = [wire.read_measurement(reading) for reading in request.measurements]
        await record_measurements(self._db, tenant_id, readings)
        return pb.RecordMeasurementsResponse(
            measurements=[wire.measurement(tenant_id, reading) for reading in readings]
        )

    async def ListMeasurements(
        self, request: pb.ListMeasurementsRequest, context: Context
    ) -> pb.ListMeasurementsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, _PAGE_SIZE, _PAGE_SIZE_MAX)
        before = _place(page_token.decode(request))
        async with self._db.read(tenant_id) as store:
            page = await store.measurements.list_before(before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            cursor = [last.local_date.isoformat(), str(last.meter.value), last.subject]
            token = page_token.encode(request, cursor)
        return pb.ListMeasurementsResponse(
            measurements=[wire.measurement(tenant_id, reading) for reading in page[:size]],
            next_page_token=token,
        )


def _place(cursor: list[str] | None) -> tuple[date, int, str] | None:
    if cursor is None:
        return None
    try:
        day, meter, subject = cursor
        return date.fromisoformat(day), int(meter), subject
    except ValueError:
        raise page_token.InvalidPageToken from None
