"""QuantityService: what is to be priced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.usage.domain.quantities import Span
from services.usage.rpc import wire
from services.usage.store import UsageStore
from services.usage.usecases.read_quantities import read_quantities
from veneer.usage.v1 import quantity_service_pb2 as pb
from veneer.usage.v1 import quantity_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class QuantityService(rpc.QuantityServiceServicer):
    """veneer.usage.v1.QuantityService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def ReadQuantities(
        self, request: pb.ReadQuantitiesRequest, context: Context
    ) -> pb.ReadQuantitiesResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        span = Span(wire.read_date(request.start_date), wire.read_date(request.end_date))
        as_of = wire.read_instant(request.as_of_time) if request.HasField("as_of_time") else None
        return wire.quantities(await read_quantities(self._db, tenant_id, span, as_of))
