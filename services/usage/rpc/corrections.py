"""CallCorrectionService: what the operator decides about single calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.rpc.principal import current_principal
from services.usage.rpc.names import CallName
from services.usage.store import UsageStore
from services.usage.store.withdrawals import Decision
from services.usage.usecases.withdraw_call import Asked, decide_on_call
from veneer.usage.v1 import call_correction_service_pb2 as pb
from veneer.usage.v1 import call_correction_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class CallCorrectionService(rpc.CallCorrectionServiceServicer):
    """veneer.usage.v1.CallCorrectionService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def WithdrawCall(
        self, request: pb.WithdrawCallRequest, context: Context
    ) -> pb.WithdrawCallResponse:
        await self._decide(request, True)
        return pb.WithdrawCallResponse()

    async def ReinstateCall(
        self, request: pb.ReinstateCallRequest, context: Context
    ) -> pb.ReinstateCallResponse:
        await self._decide(request, False)
        return pb.ReinstateCallResponse()

    async def _decide(
        self, request: pb.WithdrawCallRequest | pb.ReinstateCallRequest, is_withdrawn: bool
    ) -> None:
        call = CallName.parse(request.name)
        principal = current_principal()
        assert principal is not None, "the rule lets in nobody without"
        decision = Decision(call.call, is_withdrawn, request.reason, principal.subject)
        asked = Asked(request.DESCRIPTOR.name, request.request_id, fingerprint(request))
        tenant_id = possible_tenant_id(call.tenant, request.name)
        await decide_on_call(self._db, tenant_id, decision, asked)
