"""ChangeService: what has changed since an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.usage.domain.quantities import Span, check_span
from services.usage.rpc import wire
from services.usage.store import UsageStore
from services.usage.store.changes import Change
from veneer.usage.v1 import change_service_pb2 as pb
from veneer.usage.v1 import change_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ChangeService(rpc.ChangeServiceServicer):
    """veneer.usage.v1.ChangeService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def ReadChanges(
        self, request: pb.ReadChangesRequest, context: Context
    ) -> pb.ReadChangesResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        span = Span(wire.read_date(request.start_date), wire.read_date(request.end_date))
        check_span(span)
        since = wire.read_instant(request.since_time)
        async with self._db.read(tenant_id) as store:
            found = await store.changes.since(span, since)
        return pb.ReadChangesResponse(changes=map(_change, found))


def _change(found: Change) -> pb.ReadChangesResponse.Change:
    day, last = found.local_date, Timestamp()
    last.FromDatetime(found.last_stored_time)
    return pb.ReadChangesResponse.Change(
        local_date=Date(year=day.year, month=day.month, day=day.day), last_stored_time=last
    )
