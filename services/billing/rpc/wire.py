"""Messages that clients see, from the domain."""

from __future__ import annotations

from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.interval_pb2 import Interval

from services.billing.domain.charges import ChargeLine
from services.billing.domain.invoice import DraftInvoice, Invoice, Statement
from services.billing.domain.month import Month
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts
from veneer.billing.v1 import invoice_service_pb2 as invoices
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import statement_service_pb2 as statements


def statement(found: Statement) -> statements.Statement:
    """Writes a statement."""
    return statements.Statement(
        name=f"tenants/{found.tenant_id}/statements/{found.month}",
        period=_period(found.month, found.time_zone),
        lines=map(charge_line, found.bill.lines),
        total=money_to_wire(found.bill.total),
        as_of_time=timestamp(found.bill.as_of_time),
        is_final=found.is_final,
        subtotal=money_to_wire(found.bill.subtotal),
        tax=money_to_wire(found.bill.tax),
    )


def draft_invoice(draft: DraftInvoice) -> drafts.DraftInvoice:
    """Writes a draft."""
    return drafts.DraftInvoice(
        name=f"tenants/{draft.tenant_id}/draftInvoices/{draft.month}",
        period=_period(draft.month, draft.time_zone),
        lines=map(charge_line, draft.bill.lines),
        total=money_to_wire(draft.bill.total),
        as_of_time=timestamp(draft.bill.as_of_time),
        subtotal=money_to_wire(draft.bill.subtotal),
        tax=money_to_wire(draft.bill.tax),
        state=drafts.DraftInvoice.State.Value(draft.state),
        park_reasons=(
            drafts.DraftInvoice.ParkReason(
                reason=drafts.DraftInvoice.ParkReason.Reason.Value(each.reason),
                message=each.message,
            )
            for each in draft.parked
        ),
    )


def invoice(found: Invoice) -> invoices.Invoice:
    """Writes an invoice."""
    return invoices.Invoice(
        name=f"tenants/{found.tenant_id}/invoices/{found.month}",
        number=found.number,
        seller_display_name=found.parties.seller_display_name,
        buyer_display_name=found.parties.buyer_display_name,
        period=_period(found.month, found.time_zone),
        lines=map(charge_line, found.bill.lines),
        total=money_to_wire(found.bill.total),
        as_of_time=timestamp(found.bill.as_of_time),
        issue_time=timestamp(found.issue_time),
        time_zone=found.time_zone,
        subtotal=money_to_wire(found.bill.subtotal),
        tax=money_to_wire(found.bill.tax),
    )


def timestamp(instant: datetime) -> Timestamp:
    """Writes an instant."""
    wire = Timestamp()
    wire.FromDatetime(instant)
    return wire


def date_to_wire(day: date) -> Date:
    """Writes a civil date."""
    return Date(year=day.year, month=day.month, day=day.day)


def date_from_wire(wire: Date) -> date:
    """Reads a civil date that the request's validation has seen."""
    return date(wire.year, wire.month, wire.day)


def _period(month: Month, time_zone: str) -> Interval:
    return Interval(
        start_time=timestamp(month.start_time(time_zone)),
        end_time=timestamp(month.end_time(time_zone)),
    )


def charge_line(line: ChargeLine) -> statements.ChargeLine:
    """Writes a line."""
    return statements.ChargeLine(
        item=price_pb2.Item.Value(line.item) if line.item else price_pb2.ITEM_UNSPECIFIED,
        description=line.description,
        quantity=decimal_to_wire(line.quantity),
        unit=line.unit,
        unit_price=decimal_to_wire(line.unit_price),
        amount=money_to_wire(line.amount),
        kind=statements.ChargeLine.Kind.Value(line.kind),
        code=line.code,
        original_month=str(line.original_month or ""),
        start_date=date_to_wire(line.span.start_date),
        end_date=date_to_wire(line.span.end_date),
    )
