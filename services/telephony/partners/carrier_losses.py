"""Asks billing which carriers cost more than a client pays."""

from __future__ import annotations

import grpc

from services.kit.rpc.errors import refusal_from
from veneer.billing.v1 import disallowed_carrier_service_pb2 as pb
from veneer.billing.v1 import disallowed_carrier_service_pb2_grpc as rpc

_PAGE_SIZE = 5000


class CarrierLosses:
    """billing, as far as it keeps calls off carriers."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.DisallowedCarrierServiceStub(channel)

    async def disallowed(self) -> set[tuple[str, str]]:
        """Gives (tenant id, carrier id) pairs; refuses with TEMPORARILY_UNAVAILABLE."""
        found: set[tuple[str, str]] = set()
        request = pb.ListDisallowedCarriersRequest(page_size=_PAGE_SIZE)
        while True:
            try:
                answer = await self._stub.ListDisallowedCarriers(request)
            except grpc.aio.AioRpcError as error:
                raise refusal_from(error) from error
            for each in answer.disallowed_carriers:
                carrier = each.carrier.removeprefix("carriers/")
                found.add((each.tenant.removeprefix("tenants/"), carrier))
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token
