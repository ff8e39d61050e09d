"""AuditIntakeService: what other services have changed."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from services.kit.aip.resource_name import tenant_id_of
from services.kit.changes import Difference
from services.kit.db.transaction import Database
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import ToldChange, record_change
from veneer.tenancy.v1 import audit_intake_service_pb2 as pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AuditIntakeService(rpc.AuditIntakeServiceServicer):
    """veneer.tenancy.v1.AuditIntakeService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def RecordChange(
        self, request: pb.RecordChangeRequest, context: Context
    ) -> pb.RecordChangeResponse:
        told = ToldChange(
            change_id=request.change_id,
            tenant_id=tenant_id_of(request.tenant, "tenant"),
            action=request.action,
            resource=request.resource,
            actor=request.actor,
            time=request.change_time.ToDatetime(UTC),
            differences=tuple(
                Difference(each.field, each.before, each.after) for each in request.differences
            ),
        )
        await record_change(self._db, told)
        return pb.RecordChangeResponse()
