"""Why an invoice is what it is: each line step by step, and every call with its price."""

from __future__ import annotations

import re

from starlette.responses import Response

from services.gateway.portal.client.invoices import invoice_name
from services.gateway.portal.visit import Visit
from services.kit.errors import NotFound
from veneer.billing.v1 import invoice_explanation_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2, price_book_service_pb2

_PAGE_SIZE = 50
# The most frequent ones; the rest is in the sum.
_DURATIONS_SHOWN = 20


async def explain_line(visit: Visit) -> Response:
    """Shows how one line of an invoice came about."""
    name = invoice_name(visit.site.tenant, visit)
    number = visit.request.path_params["line"]
    if not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise NotFound(resource=f"{name}/lines/{number[:20]}")
    explained = await visit.services.explanations.ExplainInvoiceLine(
        pb.ExplainInvoiceLineRequest(name=name, line=int(number)), metadata=visit.metadata
    )
    invoice = await visit.services.invoices.GetInvoice(
        invoice_service_pb2.GetInvoiceRequest(name=name), metadata=visit.metadata
    )
    durations = sorted(explained.durations, key=lambda each: -each.call_count)
    return visit.page(
        "client/explanation.html",
        title=explained.line.description,
        invoice=invoice,
        explained=explained,
        durations=durations[:_DURATIONS_SHOWN],
        hidden_durations=max(0, len(durations) - _DURATIONS_SHOWN),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def invoice_calls(visit: Visit) -> Response:
    """Shows a page of the calls of an invoice with the price of each."""
    name = invoice_name(visit.site.tenant, visit)
    token = visit.request.query_params.get("page", "")
    request = pb.ListInvoiceCallsRequest(parent=name, page_size=_PAGE_SIZE, page_token=token)
    answer = await visit.services.explanations.ListInvoiceCalls(request, metadata=visit.metadata)
    return visit.page(
        "client/invoice_calls.html",
        title="Calls of the invoice",
        invoice_id=name.rpartition("/")[2],
        answer=answer,
        is_first=not token,
        inbound=price_book_service_pb2.PriceBook.INBOUND,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
