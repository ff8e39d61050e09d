"""FinalInvoiceService: the last invoices of clients whose service has ended."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.make_final_invoice import make_final_invoice
from services.kit.aip.resource_name import TenantName
from veneer.billing.v1 import final_invoice_service_pb2 as pb
from veneer.billing.v1 import final_invoice_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class FinalInvoiceService(rpc.FinalInvoiceServiceServicer):
    """veneer.billing.v1.FinalInvoiceService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def MakeFinalInvoice(
        self, request: pb.MakeFinalInvoiceRequest, context: Context
    ) -> pb.MakeFinalInvoiceResponse:
        tenant_id = TenantName.parse(request.tenant, "tenant").tenant
        service_end = request.service_end_time.ToDatetime(UTC)
        found = await make_final_invoice(self._desk, tenant_id, service_end)
        return pb.MakeFinalInvoiceResponse(
            state=pb.MakeFinalInvoiceResponse.State.Value(found.state),
            month=str(found.month),
            due_time=timestamp(found.due_time),
        )
