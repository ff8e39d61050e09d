"""A scripted billing, with the figures that the customer's own sketch of the portal shows."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody
from google.type.decimal_pb2 import Decimal

from services.kit.errors import Kind, NotFound, Refusal
from tests.support.gateway.costs_peer import cost_services
from tests.support.gateway.events_peer import ClientEvents
from tests.support.gateway.explanations_peer import Explanations
from tests.support.gateway.money_peer import money_services
from tests.support.gateway.payment_events_peer import PaymentEvents
from tests.support.gateway.pdfs import a_pdf
from tests.support.gateway.price_notices_peer import PriceNotices
from tests.support.gateway.prices_peer import price_services
from tests.support.gateway.profit_peer import profit_services
from tests.support.gateway.purses import usd
from tests.support.gateway.runs_peer import run_services
from tests.support.gateway.world import World
from veneer.billing.v1 import (
    client_event_service_pb2_grpc,
    draft_invoice_service_pb2,
    draft_invoice_service_pb2_grpc,
    invoice_explanation_service_pb2_grpc,
    invoice_service_pb2,
    invoice_service_pb2_grpc,
    margin_service_pb2,
    margin_service_pb2_grpc,
    payment_event_service_pb2_grpc,
    price_notice_service_pb2_grpc,
    price_pb2,
    statement_service_pb2,
    statement_service_pb2_grpc,
)

PDF = a_pdf("Invoice 2025-09")


class PriceMissing(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_MISSING"


class PeriodOpen(Refusal):
    """As billing says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PERIOD_OPEN"


def charge_lines() -> list[Any]:
    """Gives the lines of the sketch, in the order of an invoice."""
    rows = (
        (price_pb2.PLATFORM_LICENSE, "Platform license", "1", "month", "500", 50_000),
        (price_pb2.MINUTES, "Minutes", "45230", "minute", "0.025", 113_075),
        (price_pb2.DIDS, "Phone numbers", "10", "number", "1", 1_000),
    )
    return [
        statement_service_pb2.ChargeLine(
            item=item,
            description=text,
            quantity=Decimal(value=quantity),
            unit=unit,
            unit_price=Decimal(value=price),
            amount=usd(cents),
        )
        for item, text, quantity, unit, price, cents in rows
    ]


class Statements(statement_service_pb2_grpc.StatementServiceServicer):
    """The sketch's figures."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetStatement(self, request: Any, context: Any) -> Any:
        self._world.hear("GetStatement")
        answer = statement_service_pb2.Statement(
            name=request.name, lines=charge_lines(), total=usd(164_075)
        )
        answer.as_of_time.FromDatetime(self._world.clock.now())
        return answer


class Invoices(invoice_service_pb2_grpc.InvoiceServiceServicer):
    """One invoice a tenant."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetInvoice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"GetInvoice {request.name}")
        if not request.name.endswith("/2025-09"):
            raise NotFound(resource=request.name)
        return self._invoice(request.name)

    async def ListInvoices(self, request: Any, context: Any) -> Any:
        invoice = self._invoice(f"{request.parent}/invoices/2025-09")
        return invoice_service_pb2.ListInvoicesResponse(invoices=[invoice])

    async def DownloadInvoice(self, request: Any, context: Any) -> Any:
        return HttpBody(content_type="application/pdf", data=self._world.pdf or PDF)

    def _invoice(self, name: str) -> Any:
        invoice = invoice_service_pb2.Invoice(
            name=name,
            number="2025-000017",
            seller_display_name="Northgate Voice",
            buyer_display_name=self._world.party(name).display_name,
            lines=charge_lines(),
            total=usd(164_075),
            time_zone="America/New_York",
        )
        left = self._world.purse(name).left.get(name, 0)
        invoice.amount_due.CopyFrom(usd(left))
        invoice.state = invoice.ISSUED if left else invoice.PAID
        invoice.issue_time.FromDatetime(self._world.clock.now())
        invoice.as_of_time.FromDatetime(self._world.clock.now())
        return invoice


class Drafts(draft_invoice_service_pb2_grpc.DraftInvoiceServiceServicer):
    """One draft a tenant."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListDraftInvoices(self, request: Any, context: Any) -> Any:
        name = f"{request.parent}/draftInvoices/2025-08"
        settled = self._world.settled.get(name, "")
        if settled == "issued":
            return draft_invoice_service_pb2.ListDraftInvoicesResponse()
        is_parked = self._world.is_parked and not settled
        draft = draft_invoice_service_pb2.DraftInvoice(
            name=name,
            lines=charge_lines(),
            total=usd(164_075),
            state=draft_invoice_service_pb2.DraftInvoice.PARKED
            if is_parked
            else draft_invoice_service_pb2.DraftInvoice.RELEASED
            if settled
            else draft_invoice_service_pb2.DraftInvoice.READY,
            park_reasons=[
                draft_invoice_service_pb2.DraftInvoice.ParkReason(
                    reason=draft_invoice_service_pb2.DraftInvoice.ParkReason.LOSS,
                    message="The month costs more than it is charged.",
                )
            ],
        )
        draft.as_of_time.FromDatetime(self._world.clock.now())
        return draft_invoice_service_pb2.ListDraftInvoicesResponse(draft_invoices=[draft])

    async def CreateDraftInvoice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateDraftInvoice {request.parent} {request.draft_invoice_id}")
        if request.draft_invoice_id == "2025-10":
            raise PeriodOpen("The month is not over.")
        return draft_invoice_service_pb2.DraftInvoice()

    async def ReleaseDraftInvoice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ReleaseDraftInvoice {request.name} {request.note}")
        self._world.settled[request.name] = "released"
        return draft_invoice_service_pb2.DraftInvoice(name=request.name)

    async def IssueDraftInvoice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"IssueDraftInvoice {request.name}")
        self._world.settled[request.name] = "issued"
        return invoice_service_pb2.Invoice(name=request.name)


class Margins(margin_service_pb2_grpc.MarginServiceServicer):
    """Margins of all clients; one of them without a price."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def QueryMargins(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def GetMargin(self, request: Any, context: Any) -> Any:
        return self._margin(request.name)

    async def ListMargins(self, request: Any, context: Any) -> Any:
        month = request.month or "2025-10"
        clients = [party for party in self._world.parties.values() if not party.is_operator]
        margins = [self._margin(f"{party.name}/margins/{month}") for party in clients]
        unpriced = margin_service_pb2.Margin(
            name=f"tenants/unpriced/margins/{month}",
            tenant_display_name="Harbor Freight Desk",
            problem="PRICE_MISSING",
        )
        return margin_service_pb2.ListMarginsResponse(margins=[*margins, unpriced])

    def _margin(self, name: str) -> Any:
        margin = margin_service_pb2.Margin(
            name=name,
            tenant_display_name=self._world.party(name).display_name,
            charge=usd(164_075),
            cost=usd(46_230),
            profit=usd(117_845),
            margin_percent=Decimal(value="71.82"),
        )
        costs = {price_pb2.MINUTES: 45_230, price_pb2.DIDS: 1_000}
        for line in charge_lines():
            cents = line.amount.units * 100 + line.amount.nanos // 10_000_000
            cost = costs.get(line.item, 0)
            margin.lines.add(
                item=line.item,
                quantity=line.quantity,
                charge=line.amount,
                cost_quantity=line.quantity,
                cost=usd(cost),
                profit=usd(cents - cost),
            )
        margin.as_of_time.FromDatetime(self._world.clock.now())
        return margin


def billing_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves."""
    events = ClientEvents(world)
    return [
        (client_event_service_pb2_grpc.add_ClientEventServiceServicer_to_server, events),
        (statement_service_pb2_grpc.add_StatementServiceServicer_to_server, Statements(world)),
        (invoice_service_pb2_grpc.add_InvoiceServiceServicer_to_server, Invoices(world)),
        (
            invoice_explanation_service_pb2_grpc.add_InvoiceExplanationServiceServicer_to_server,
            Explanations(world),
        ),
        (draft_invoice_service_pb2_grpc.add_DraftInvoiceServiceServicer_to_server, Drafts(world)),
        (margin_service_pb2_grpc.add_MarginServiceServicer_to_server, Margins(world)),
        (
            price_notice_service_pb2_grpc.add_PriceNoticeServiceServicer_to_server,
            PriceNotices(world),
        ),
        *price_services(world),
        (
            payment_event_service_pb2_grpc.add_PaymentEventServiceServicer_to_server,
            PaymentEvents(world),
        ),
        *money_services(world),
        *run_services(world),
        *profit_services(world),
        *cost_services(world),
    ]
