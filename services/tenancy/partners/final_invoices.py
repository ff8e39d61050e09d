"""Asks the billing service for the last invoice of a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import grpc

from services.kit.rpc.errors import refusal_from
from veneer.billing.v1 import final_invoice_service_pb2 as pb
from veneer.billing.v1 import final_invoice_service_pb2_grpc as rpc

_DEADLINE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """How far a last invoice is; `due_time` is when to ask again if its month lasts."""

    month: str
    is_issued: bool
    is_parked: bool
    due_time: datetime


class FinalInvoices:
    """The billing service, as far as clients leave by it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.FinalInvoiceServiceStub(channel)

    async def make(self, tenant_id: str, service_end: datetime) -> FinalInvoice:
        """Has the last invoice made, as far as that can be by now. May be repeated."""
        request = pb.MakeFinalInvoiceRequest(tenant=f"tenants/{tenant_id}")
        request.service_end_time.FromDatetime(service_end)
        try:
            answer = await self._stub.MakeFinalInvoice(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return FinalInvoice(
            month=answer.month,
            is_issued=answer.state == pb.MakeFinalInvoiceResponse.ISSUED,
            is_parked=answer.state == pb.MakeFinalInvoiceResponse.PARKED,
            due_time=answer.due_time.ToDatetime(UTC),
        )
