"""Tells tenancy what was changed, for the audit log."""

from __future__ import annotations

import grpc
from google.protobuf.json_format import ParseDict

from services.kit.db.outbox import Intent
from services.kit.logging import get_logger
from services.kit.rpc.errors import refusal_from
from veneer.tenancy.v1 import audit_intake_service_pb2 as pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as rpc

log = get_logger(__name__)


class AuditLog:
    """The audit log, which every tenant has one of."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.AuditIntakeServiceStub(channel)

    async def tell(self, intent: Intent) -> None:
        """Says what an intent holds; saying it again changes nothing."""
        request = ParseDict(intent.payload, pb.RecordChangeRequest(change_id=intent.outbox_id.hex))
        try:
            await self._stub.RecordChange(request)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise refusal_from(error) from error
            log.warning("a change is of nobody's log", tenant=request.tenant)
