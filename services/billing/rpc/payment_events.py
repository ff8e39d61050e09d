"""PaymentEventService: what is told of payments by card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.usecases import Desk
from services.billing.usecases.receive_event import receive_event
from veneer.billing.v1 import payment_event_service_pb2 as pb
from veneer.billing.v1 import payment_event_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# The header of the HTTP request, as the gateway passes it on.
_SIGNATURE = "x-event-signature"


class PaymentEventService(rpc.PaymentEventServiceServicer):
    """veneer.billing.v1.PaymentEventService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReceivePaymentEvent(
        self, request: pb.ReceivePaymentEventRequest, context: Context
    ) -> pb.ReceivePaymentEventResponse:
        metadata = dict(context.invocation_metadata() or ())
        signature = metadata.get(_SIGNATURE, "")
        assert isinstance(signature, str), "the key of binary metadata ends in -bin"
        await receive_event(self._desk, request.event.data, signature)
        return pb.ReceivePaymentEventResponse()
