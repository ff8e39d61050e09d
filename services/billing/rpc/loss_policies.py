"""LossPolicyService: prices held against costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.billing.rpc import pages, wire_losses
from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import check_losses_once
from services.billing.usecases.once import Once
from services.billing.usecases.set_loss_policy import set_loss_policy
from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from veneer.billing.v1 import loss_policy_service_pb2 as pb
from veneer.billing.v1 import loss_policy_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# The policy is the operator's, and so are the requests that set it.
_NO_TENANT: Final = ""


class LossPolicyService(rpc.LossPolicyServiceServicer):
    """veneer.billing.v1.LossPolicyService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetLossPolicy(
        self, request: pb.GetLossPolicyRequest, context: Context
    ) -> pb.LossPolicy:
        async with self._desk.db.operator_read() as store:
            return wire_losses.policy(await store.losses.policy())

    async def SetLossPolicy(
        self, request: pb.SetLossPolicyRequest, context: Context
    ) -> pb.LossPolicy:
        policy = wire_losses.policy_from_wire(request.loss_policy)
        once = Once(_NO_TENANT, request, wire_losses.policy, pb.LossPolicy, "lossPolicies.set")
        return await set_loss_policy(self._desk, policy, once)

    async def CheckLosses(self, request: pb.CheckLossesRequest, context: Context) -> pb.LossCheck:
        tenant_id = tenant_id_of(request.parent, "parent")
        once = Once(tenant_id, request, wire_losses.check, pb.LossCheck, "lossPolicies.check")
        return await check_losses_once(self._desk, tenant_id, once)

    async def ListLossChecks(
        self, request: pb.ListLossChecksRequest, context: Context
    ) -> pb.ListLossChecksResponse:
        size = page_token.page_size(request, 50, 500)
        after = pages.text_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.losses.latest_after(
                after, size + 1, findings_only=request.findings_only
            )
        page, token = pages.cut(request, found, size, lambda check: check.tenant_id)
        return pb.ListLossChecksResponse(
            loss_checks=map(wire_losses.check, page), next_page_token=token
        )
