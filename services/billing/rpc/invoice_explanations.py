"""InvoiceExplanationService: why an invoice says what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from fractions import Fraction
from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody
from google.type.decimal_pb2 import Decimal as WireDecimal

from services.billing.domain import amounts
from services.billing.domain.explanation import Explanation
from services.billing.domain.invoice_files import CSV, JSON
from services.billing.domain.month import Month
from services.billing.rpc import wire
from services.billing.rpc.names import InvoiceName, existing_month
from services.billing.rpc.pages import text_cursor
from services.billing.rpc.wire_prices import prices_to_wire
from services.billing.usecases import Desk
from services.billing.usecases.explain_invoice import (
    PricedCall,
    explain_invoice_line,
    list_invoice_calls,
)
from services.billing.usecases.export_invoice_calls import export_invoice_calls
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import invoice_explanation_service_pb2 as pb
from veneer.billing.v1 import invoice_explanation_service_pb2_grpc as rpc
from veneer.billing.v1 import price_book_service_pb2 as books

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_EXACT_DECIMALS = 12


class InvoiceExplanationService(rpc.InvoiceExplanationServiceServicer):
    """veneer.billing.v1.InvoiceExplanationService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ExplainInvoiceLine(
        self, request: pb.ExplainInvoiceLineRequest, context: Context
    ) -> pb.InvoiceLineExplanation:
        tenant_id, month = _key(request.name)
        invoice, found = await explain_invoice_line(self._desk, tenant_id, month, request.line)
        answer = _explanation(found)
        answer.as_of_time.CopyFrom(wire.timestamp(invoice.bill.as_of_time))
        return answer

    async def ListInvoiceCalls(
        self, request: pb.ListInvoiceCallsRequest, context: Context
    ) -> pb.ListInvoiceCallsResponse:
        tenant_id, month = _key(request.parent)
        size = page_token.page_size(request, 50, 5000)
        token = text_cursor(request)
        page = await list_invoice_calls(self._desk, tenant_id, month, size, token)
        following = page_token.encode(request, [page.next_token]) if page.next_token else ""
        return pb.ListInvoiceCallsResponse(
            calls=(_call(tenant_id, each) for each in page.calls),
            currency_code=page.currency_code,
            next_page_token=following,
        )

    async def ExportInvoiceCalls(
        self, request: pb.ExportInvoiceCallsRequest, context: Context
    ) -> AsyncIterator[HttpBody]:
        tenant_id, month = _key(request.name)
        media_type = JSON if request.format == pb.ExportInvoiceCallsRequest.JSON else CSV
        async for piece in export_invoice_calls(self._desk, tenant_id, month, media_type):
            yield HttpBody(content_type=media_type, data=piece)


def _key(text: str) -> tuple[str, Month]:
    name = InvoiceName.parse(text)
    return possible_tenant_id(name.tenant, text), existing_month(name.invoice, text)


def _explanation(found: Explanation) -> pb.InvoiceLineExplanation:
    answer = pb.InvoiceLineExplanation(
        line=wire.charge_line(found.line),
        durations=(
            pb.InvoiceLineExplanation.Duration(billable_seconds=seconds, call_count=count)
            for seconds, count in found.calls.items()
        ),
        billed_seconds=found.billed_seconds,
        exact_amount=_exact(found.exact_amount),
        billed_before=money_to_wire(found.billed_before),
        steps=found.steps,
    )
    if found.book is not None and found.due is not None:
        answer.price_effective_date.CopyFrom(wire.date_to_wire(found.book.effective_date))
        answer.plan = found.book.plan
        key = (found.due.item, found.due.call_class)
        (price,) = prices_to_wire({key: found.due.price})
        answer.price.CopyFrom(price)
    return answer


def _call(tenant_id: str, priced: PricedCall) -> pb.InvoiceCall:
    call = priced.call
    answer = pb.InvoiceCall(
        call=f"tenants/{tenant_id}/calls/{call.call_id}",
        start_time=wire.timestamp(call.start_time),
        local_date=wire.date_to_wire(call.local_date),
        direction=books.PriceBook.Direction.Value(call.direction),
        called_number=call.called_number,
        zone=call.zone,
        billable_seconds=call.billable_seconds,
        billed_seconds=priced.price.billed_seconds,
    )
    if priced.price.amount is not None:
        answer.exact_amount.CopyFrom(_exact(priced.price.amount))
    return answer


def _exact(number: Fraction) -> WireDecimal:
    return decimal_to_wire(amounts.shown_decimal(number, _EXACT_DECIMALS))
