"""A scripted billing that explains its one invoice."""

from __future__ import annotations

from typing import Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from services.kit.errors import NotFound
from tests.support.gateway.world import World
from veneer.billing.v1 import invoice_explanation_service_pb2 as explanation_pb2
from veneer.billing.v1 import invoice_explanation_service_pb2_grpc, price_pb2, statement_service_pb2


class Explanations(invoice_explanation_service_pb2_grpc.InvoiceExplanationServiceServicer):
    """Why the one invoice is what it is."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ExplainInvoiceLine(self, request: Any, context: Any) -> Any:
        lines = _lines()
        if not 1 <= request.line <= len(lines):
            raise NotFound(resource=f"{request.name}/lines/{request.line}")
        explained = explanation_pb2.InvoiceLineExplanation(
            line=lines[request.line - 1],
            price_effective_date=Date(year=2025, month=1, day=1),
            durations=[
                explanation_pb2.InvoiceLineExplanation.Duration(
                    billable_seconds=60 + each, call_count=100 - each
                )
                for each in range(25)
            ],
            steps=["2,713,741 seconds of answered calls", "rounded up once to 45,230 minutes"],
        )
        explained.as_of_time.FromDatetime(self._world.clock.now())
        return explained

    async def ListInvoiceCalls(self, request: Any, context: Any) -> Any:
        call = explanation_pb2.InvoiceCall(
            call="tenants/abc-solar/calls/c1",
            called_number="12125550142",
            zone="US",
            billable_seconds=61,
            billed_seconds=66,
            exact_amount=Decimal(value="0.0275"),
        )
        call.start_time.FromDatetime(self._world.clock.now())
        answer = explanation_pb2.ListInvoiceCallsResponse(calls=[call], currency_code="USD")
        if not request.page_token:
            answer.next_page_token = "more"
        return answer

    async def ExportInvoiceCalls(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")
        yield


def _lines() -> list[Any]:
    return [
        statement_service_pb2.ChargeLine(
            item=price_pb2.MINUTES,
            description="Minutes",
            quantity=Decimal(value="45230"),
            unit="minute",
            unit_price=Decimal(value="0.025"),
            amount=Money(currency_code="USD", units=1130, nanos=750_000_000),
        )
    ]
