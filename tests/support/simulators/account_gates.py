"""A billing that says of accounts what a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.kit.errors import Unavailable
from services.kit.rpc.server import Service
from veneer.billing.v1 import account_gate_service_pb2 as pb
from veneer.billing.v1 import account_gate_service_pb2_grpc as rpc
from veneer.billing.v1 import disallowed_carrier_service_pb2 as losses_pb
from veneer.billing.v1 import disallowed_carrier_service_pb2_grpc as losses_rpc

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


@dataclass
class LosingCarriers(losses_rpc.DisallowedCarrierServiceServicer):
    """Tenants and the carriers on which their calls would lose money, as a test says."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def service(self) -> Service:
        """What is served."""
        return losses_rpc.add_DisallowedCarrierServiceServicer_to_server, self

    async def ListDisallowedCarriers(
        self, request: losses_pb.ListDisallowedCarriersRequest, context: Context
    ) -> losses_pb.ListDisallowedCarriersResponse:
        answer = losses_pb.ListDisallowedCarriersResponse()
        for tenant_id, carrier in self.pairs:
            answer.disallowed_carriers.add(tenant=f"tenants/{tenant_id}", carrier=carrier)
        return answer
