"""The invoices that have been sent."""

from __future__ import annotations

import re

from starlette.responses import Response

from services.gateway.portal.client.price_notices import open_notices
from services.gateway.portal.handling import attachment
from services.gateway.portal.visit import Visit
from services.kit.errors import NotFound
from veneer.billing.v1 import invoice_service_pb2 as pb

_PAGE_SIZE = 24
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")


async def invoices(visit: Visit) -> Response:
    """Shows a page of invoices, latest first."""
    request = pb.ListInvoicesRequest(
        parent=visit.site.tenant,
        page_size=_PAGE_SIZE,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.invoices.ListInvoices(request, metadata=visit.metadata)
    return visit.page(
        "client/invoices.html",
        title="Invoices",
        invoices=answer.invoices,
        next_page=answer.next_page_token,
        open_notices=await open_notices(visit),
        may_acknowledge=visit.caller.may("priceNotices.write"),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def invoice(visit: Visit) -> Response:
    """Shows one invoice."""
    request = pb.GetInvoiceRequest(name=invoice_name(visit.site.tenant, visit))
    found = await visit.services.invoices.GetInvoice(request, metadata=visit.metadata)
    zone = await visit.portal.zones.of(visit.site.tenant)
    title = f"Invoice {found.number}"
    return visit.page("client/invoice.html", title=title, invoice=found, zone=zone)


async def invoice_file(visit: Visit) -> Response:
    """Hands out one invoice as a PDF."""
    return await download(visit, invoice_name(visit.site.tenant, visit))


async def download(visit: Visit, name: str) -> Response:
    """Hands out an invoice by its resource name."""
    request = pb.DownloadInvoiceRequest(name=name)
    file = await visit.services.invoices.DownloadInvoice(request, metadata=visit.metadata)
    return attachment(file, f"invoice-{name.rpartition('/')[2]}.pdf")


def invoice_name(tenant: str, visit: Visit) -> str:
    """Gives the resource name of the invoice in the path; refuses with RESOURCE_NOT_FOUND."""
    invoice_id = visit.request.path_params["invoice"]
    if not _ID.match(invoice_id):
        raise NotFound(resource=invoice_id)
    return f"{tenant}/invoices/{invoice_id}"
