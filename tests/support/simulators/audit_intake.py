"""A tenancy service that writes down what it is told for the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.rpc.server import Service
from veneer.tenancy.v1 import audit_intake_service_pb2 as pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AuditIntakeSimulator(rpc.AuditIntakeServiceServicer):
    """Every tenant has a log; what is told twice by one id stands there once."""

    def __init__(self) -> None:
        self._told: dict[str, pb.RecordChangeRequest] = {}

    @property
    def service(self) -> Service:
        return rpc.add_AuditIntakeServiceServicer_to_server, self

    def of(self, tenant_id: str) -> list[pb.RecordChangeRequest]:
        """Gives what was told of a tenant, in the order of the changes."""
        found = [each for each in self._told.values() if each.tenant == f"tenants/{tenant_id}"]
        return sorted(found, key=lambda each: each.change_time.ToDatetime())

    async def RecordChange(
        self, request: pb.RecordChangeRequest, context: Context
    ) -> pb.RecordChangeResponse:
        self._told[request.change_id] = request
        return pb.RecordChangeResponse()


def facts(told: pb.RecordChangeRequest) -> dict[str, tuple[str, str]]:
    """Gives before and after of each field."""
    return {each.field: (each.before, each.after) for each in told.differences}
