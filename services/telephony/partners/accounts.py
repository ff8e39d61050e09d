"""Asks billing what accounts let through."""

from __future__ import annotations

from collections.abc import Mapping

import grpc

from services.kit.rpc.errors import refusal_from
from services.telephony.domain.provisioning.blocking import State
from services.telephony.domain.wish import Source, Wish
from veneer.billing.v1 import account_gate_service_pb2 as pb
from veneer.billing.v1 import account_gate_service_pb2_grpc as rpc

BATCH_MAX = 50

_STATES = {
    pb.OPEN: State.ACTIVE,
    pb.NO_NEW_CAMPAIGNS: State.NO_NEW_CAMPAIGNS,
    pb.OUTBOUND_BLOCKED: State.OUTBOUND_BLOCKED,
    pb.SUSPENDED: State.SUSPENDED,
}


class Accounts:
    """billing, as far as it tells who may dial."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.AccountGateServiceStub(channel)

    async def check(self, live_calls: Mapping[str, int]) -> dict[str, Wish]:
        """Gives what the account of each tenant wants, by its live calls; at most 50 tenants.

        Refuses with TEMPORARILY_UNAVAILABLE when billing does not answer.
        """
        request = pb.CheckAccountsRequest(
            accounts=[
                pb.CheckAccountsRequest.Account(
                    tenant=f"tenants/{tenant_id}", live_call_count=count
                )
                for tenant_id, count in live_calls.items()
            ]
        )
        try:
            answer = await self._stub.CheckAccounts(request)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return {
            gate.tenant.removeprefix("tenants/"): Wish(
                Source.ACCOUNT,
                _STATES[gate.state],
                gate.reason,
                # What is owed stops what costs: calls come in until the service is suspended.
                keep_inbound=gate.state != pb.SUSPENDED,
            )
            for gate in answer.gates
        }
