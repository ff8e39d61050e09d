"""Tells billing which carrier is behind each route."""

from __future__ import annotations

import grpc

from services.kit.db.outbox import Intent
from services.kit.rpc.errors import refusal_from
from veneer.billing.v1 import route_carrier_service_pb2 as pb
from veneer.billing.v1 import route_carrier_service_pb2_grpc as rpc


class RouteCarriers:
    """billing's map of routes to carriers."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.RouteCarrierServiceStub(channel)

    async def tell(self, intent: Intent) -> None:
        """Says what an intent holds; saying it again changes nothing."""
        tenant = intent.payload["tenant"]
        told = pb.RouteCarrier(
            route=f"routes/{intent.payload['route']}",
            carrier=intent.payload["carrier"],
            tenant=f"tenants/{tenant}" if tenant else "",
        )
        request = pb.SetRouteCarrierRequest(route_carrier=told, request_id=str(intent.outbox_id))
        try:
            await self._stub.SetRouteCarrier(request)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
