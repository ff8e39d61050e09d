"""DisallowedCarrierService: which carriers calls may not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.loss_policy import LossCheck, Mode, is_loss
from services.billing.rpc import pages
from services.billing.usecases import Desk
from services.kit.aip import page_token
from veneer.billing.v1 import disallowed_carrier_service_pb2 as pb
from veneer.billing.v1 import disallowed_carrier_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class DisallowedCarrierService(rpc.DisallowedCarrierServiceServicer):
    """veneer.billing.v1.DisallowedCarrierService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListDisallowedCarriers(
        self, request: pb.ListDisallowedCarriersRequest, context: Context
    ) -> pb.ListDisallowedCarriersResponse:
        size = page_token.page_size(request, 500, 5000)
        after = pages.text_cursor(request)
        async with self._desk.db.operator_read() as store:
            policy = await store.losses.policy()
            if policy.mode is not Mode.CAP:
                return pb.ListDisallowedCarriersResponse()
            found = await store.losses.latest_after(after, size + 1, findings_only=True)
        page, token = pages.cut(request, found, size, lambda check: check.tenant_id)
        # The calls of everybody below are charged at the same prices in the end.
        tree = await self._desk.directory.tree()
        answer = pb.ListDisallowedCarriersResponse
        return answer(
            disallowed_carriers=[
                answer.DisallowedCarrier(tenant=f"tenants/{user}", carrier=carrier)
                for check in page
                for user in tree.below(check.tenant_id)
                for carrier in _too_dear(check)
            ],
            next_page_token=token,
        )


def _too_dear(check: LossCheck) -> list[str]:
    losing = (each for each in check.findings if is_loss(each, check.policy.basis))
    return sorted({each.carrier for each in losing} - {""})
