"""One client: prices, margin, usage, invoices."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.calendar import chosen_month, month_choices
from services.gateway.portal.client.invoices import download, invoice_name
from services.gateway.portal.console.client_links import links_of
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.prices import in_force, item_name, price_texts
from services.gateway.portal.usage_chart import usage_chart
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem, problem_of
from services.kit.errors import NotFound
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts_pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb
from veneer.billing.v1 import margin_service_pb2 as margins_pb
from veneer.billing.v1 import price_book_service_pb2 as prices_pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb
from veneer.usage.v1 import usage_summary_service_pb2 as summaries_pb

_ID = re.compile(r"[a-z][a-z0-9-]{1,30}\Z")
_BOOKS_READ = 50
# How clients stand, in words.
STATES: Final = {
    tenants_pb.Tenant.ACTIVE: ("active", "good"),
    tenants_pb.Tenant.SUSPENDED: ("suspended", "bad"),
    tenants_pb.Tenant.CANCELLED: ("ended", "bad"),
}
_INVOICES_SHOWN = 24


async def client(visit: Visit) -> Response:
    """Shows the client of the path."""
    return await _page(visit)


async def client_invoice_file(visit: Visit) -> Response:
    """Hands out an invoice of the client as a PDF."""
    return await download(visit, invoice_name(tenant_name(visit), visit))


async def create_draft(visit: Visit) -> Response:
    """Prices a month that is over."""
    form = await form_of(visit)
    request = drafts_pb.CreateDraftInvoiceRequest(
        parent=tenant_name(visit),
        draft_invoice_id=form.get("month", ""),
        request_id=str(uuid.uuid4()),
    )
    try:
        await visit.services.drafts.CreateDraftInvoice(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_path(visit)}#invoices")


async def issue_draft(visit: Visit) -> Response:
    """Sends a draft."""
    draft = visit.request.path_params["draft"]
    request = drafts_pb.IssueDraftInvoiceRequest(
        name=f"{tenant_name(visit)}/draftInvoices/{draft}", request_id=str(uuid.uuid4())
    )
    try:
        await visit.services.drafts.IssueDraftInvoice(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_path(visit)}#invoices")


async def release_draft(visit: Visit) -> Response:
    """Lets a parked draft go, with a note that is kept."""
    form = await form_of(visit)
    draft = visit.request.path_params["draft"]
    request = drafts_pb.ReleaseDraftInvoiceRequest(
        name=f"{tenant_name(visit)}/draftInvoices/{draft}",
        note=form.get("note", ""),
        request_id=str(uuid.uuid4()),
    )
    try:
        await visit.services.drafts.ReleaseDraftInvoice(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_path(visit)}#invoices")


def tenant_name(visit: Visit) -> str:
    """Gives the resource name of the client in the path; refuses with RESOURCE_NOT_FOUND."""
    tenant_id = visit.request.path_params["tenant"]
    if not _ID.match(tenant_id):
        raise NotFound(resource=tenant_id)
    return f"tenants/{tenant_id}"


def standing(tenant: tenants_pb.Tenant) -> tuple[str, str]:
    """Gives how a client stands, in a word, and how good that is."""
    is_active = tenant.state == tenants_pb.Tenant.ACTIVE
    if is_active and tenant.HasField("service_end_time"):
        return "ending", "bad"
    return STATES[tenant.state]


async def get_client(visit: Visit) -> tenants_pb.Tenant:
    """Gives the client of the path."""
    request = tenants_pb.GetTenantRequest(name=tenant_name(visit))
    return await visit.services.tenants.GetTenant(request, metadata=visit.metadata)


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    tenant = await get_client(visit)
    zone = await visit.portal.zones.of(tenant.name)
    today = await visit.portal.zones.today(tenant.name)
    month = chosen_month(visit.request.query_params.get("month", ""), today)
    margin, summary, books, invoices, drafts = await asyncio.gather(
        _margin(visit, tenant.name, month),
        _summary(visit, tenant.name, month),
        _books(visit, tenant.name),
        _invoices(visit, tenant.name),
        _drafts(visit, tenant.name),
    )
    months = month_choices(today, month)
    book = in_force(books, today)
    return visit.page(
        "console/client.html",
        links=links_of(visit),
        status=problem.http_status if problem else 200,
        title=tenant.display_name,
        tenant=tenant,
        tenant_id=tenant.name.removeprefix("tenants/"),
        state=standing(tenant),
        month=month,
        months=months,
        draftable=[choice for choice in months if choice.value < months[0].value],
        margin=margin,
        summary=summary,
        chart=usage_chart(summary, month, today),
        book=book,
        prices=price_texts(book) if book else [],
        item_name=item_name,
        invoices=invoices,
        drafts=drafts,
        parked=drafts_pb.DraftInvoice.PARKED,
        may_invoice=visit.caller.may("invoices.write"),
        problem=problem,
        zone=zone,
    )


async def _margin(visit: Visit, tenant: str, month: str) -> margins_pb.Margin:
    request = margins_pb.GetMarginRequest(name=f"{tenant}/margins/{month}")
    try:
        return await visit.services.margins.GetMargin(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        if problem.http_status != 400:
            raise
        return margins_pb.Margin(name=request.name, problem=problem.reason)


async def _summary(visit: Visit, tenant: str, month: str) -> summaries_pb.UsageSummary:
    request = summaries_pb.GetUsageSummaryRequest(name=f"{tenant}/usageSummaries/{month}")
    return await visit.services.summaries.GetUsageSummary(request, metadata=visit.metadata)


async def _books(visit: Visit, tenant: str) -> list[prices_pb.PriceBook]:
    request = prices_pb.ListPriceBooksRequest(parent=tenant, page_size=_BOOKS_READ)
    answer = await visit.services.price_books.ListPriceBooks(request, metadata=visit.metadata)
    return list(answer.price_books)


async def _invoices(visit: Visit, tenant: str) -> list[invoices_pb.Invoice]:
    request = invoices_pb.ListInvoicesRequest(parent=tenant, page_size=_INVOICES_SHOWN)
    answer = await visit.services.invoices.ListInvoices(request, metadata=visit.metadata)
    return list(answer.invoices)


async def _drafts(visit: Visit, tenant: str) -> list[drafts_pb.DraftInvoice]:
    request = drafts_pb.ListDraftInvoicesRequest(parent=tenant, page_size=_INVOICES_SHOWN)
    answer = await visit.services.drafts.ListDraftInvoices(request, metadata=visit.metadata)
    return list(answer.draft_invoices)


def _path(visit: Visit) -> str:
    return f"/clients/{visit.request.path_params['tenant']}"
