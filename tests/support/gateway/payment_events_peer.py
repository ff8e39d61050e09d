"""A scripted receiver of signed events."""

from __future__ import annotations

from typing import Any

from tests.support.gateway.world import World
from veneer.billing.v1 import payment_event_service_pb2 as pb
from veneer.billing.v1 import payment_event_service_pb2_grpc as rpc


class PaymentEvents(rpc.PaymentEventServiceServicer):
    """Notes the bytes of an event and what signs them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ReceivePaymentEvent(self, request: Any, context: Any) -> Any:
        signature = dict(context.invocation_metadata()).get("x-event-signature", "")
        self._world.hear(f"ReceivePaymentEvent {request.event.data!r} {signature}")
        return pb.ReceivePaymentEventResponse()
