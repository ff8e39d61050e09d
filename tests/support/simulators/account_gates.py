"""A billing that says of accounts what a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.kit.errors import Unavailable
from services.kit.rpc.server import Service
from veneer.billing.v1 import account_gate_service_pb2 as pb
from veneer.billing.v1 import account_gate_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


@dataclass
class AccountGates(rpc.AccountGateServiceServicer):
    """Everything is open unless a test shuts it; keeps the live calls that it was told of."""

    states: dict[str, tuple[pb.GateState.ValueType, str]] = field(default_factory=dict)
    live_calls: dict[str, int] = field(default_factory=dict)
    is_away: bool = False

    @property
    def service(self) -> Service:
        """What is served."""
        return rpc.add_AccountGateServiceServicer_to_server, self

    async def CheckAccounts(
        self, request: pb.CheckAccountsRequest, context: Context
    ) -> pb.CheckAccountsResponse:
        if self.is_away:
            raise Unavailable
        answer = pb.CheckAccountsResponse()
        for account in request.accounts:
            tenant_id = account.tenant.removeprefix("tenants/")
            self.live_calls[tenant_id] = account.live_call_count
            state, reason = self.states.get(tenant_id, (pb.OPEN, ""))
            answer.gates.add(tenant=account.tenant, state=state, reason=reason)
        return answer
