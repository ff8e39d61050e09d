"""A credit note for an invoice of a client: line by line, or for all that is left."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id, typed_number
from services.gateway.portal.client.invoices import invoice_name
from services.gateway.portal.console.client import tenant_name
from services.gateway.portal.handling import attachment, form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound, Refusal
from services.kit.money import Money
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import credit_note_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb


async def credit_form(visit: Visit) -> Response:
    """Shows the invoice with a field for each line."""
    return await _page(visit)


async def create_credit_note(visit: Visit) -> Response:
    """Sends the credit note."""
    form = await form_of(visit)
    try:
        note = await _note(visit, form)
        request = pb.CreateCreditNoteRequest(
            parent=tenant_name(visit), credit_note=note, request_id=form.get("request_id", "")
        )
        await visit.services.credit_notes.CreateCreditNote(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"/clients/{visit.request.path_params['tenant']}/money#credit-notes")


async def credit_note_file(visit: Visit) -> Response:
    """Hands out a credit note as a PDF."""
    number = visit.request.path_params["note"]
    if not number.replace("-", "").isalnum():
        raise NotFound(resource=number)
    request = pb.DownloadCreditNoteRequest(name=f"{tenant_name(visit)}/creditNotes/{number}")
    file = await visit.services.credit_notes.DownloadCreditNote(request, metadata=visit.metadata)
    return attachment(file, f"credit-note-{number}.pdf")


async def _note(visit: Visit, form: dict[str, str]) -> pb.CreditNote:
    """Reads the form; refuses one that takes nothing back."""
    invoice = await _invoice(visit)
    note = pb.CreditNote(invoice=invoice.name, reason=form.get("reason", "").strip())
    if form.get("everything"):
        return note
    for position, line in enumerate(invoice.lines, start=1):
        name = f"line_{position}"
        typed = form.get(name, "").strip()
        if typed:
            # As it stands on the invoice: what takes off a discount is typed without its sign.
            sign = -1 if money_from_wire(line.amount).amount < 0 else 1
            number = typed_number(typed, name) * sign
            amount = money_to_wire(Money(number, line.amount.currency_code))
            note.lines.append(pb.CreditNote.Line(position=position, amount=amount))
    if not note.lines:
        raise InvalidRequest.at("line_1", "Type at least one amount, or take everything back.")
    return note


async def _invoice(visit: Visit) -> invoices_pb.Invoice:
    request = invoices_pb.GetInvoiceRequest(name=invoice_name(tenant_name(visit), visit))
    return await visit.services.invoices.GetInvoice(request, metadata=visit.metadata)


async def _page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    invoice = await _invoice(visit)
    return visit.page(
        "console/credit.html",
        status=problem.http_status if problem else 200,
        title=f"Credit note for {invoice.number}",
        tenant_id=tenant_name(visit).removeprefix("tenants/"),
        invoice=invoice,
        invoice_id=invoice.name.rpartition("/")[2],
        may_credit=visit.caller.may("invoices.write"),
        typed=typed or {},
        request_id=new_request_id,
        problem=problem,
    )
