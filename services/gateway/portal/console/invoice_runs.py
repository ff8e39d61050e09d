"""Invoice runs: what happens by itself at month ends, runs begun by hand, and what came of each."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.calendar import month_choices, month_of
from services.gateway.portal.console.run_outcomes import outcome_rows
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound, Refusal
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts_pb
from veneer.billing.v1 import invoice_run_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.billing.v1.invoice_run_service_pb2 import InvoiceRun

_PATH = "/runs"
_SHOWN = 24
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z", re.ASCII)
_DRAFT = re.compile(
    r"(tenants/[a-z][a-z0-9-]{1,30})/draftInvoices/(20[0-9]{2}-[0-9]{2})\Z", re.ASCII
)
MODES = (
    ("OFF", "Nothing; runs are begun here"),
    ("DRAFT", "Drafts are made"),
    ("ISSUE", "Drafts are made, and sent if nothing is wrong with them"),
)


async def invoice_runs(visit: Visit) -> Response:
    """Shows the runs, latest first, and what happens by itself."""
    return await _page(visit)


async def create_run(visit: Visit) -> Response:
    """Begins a run and shows it."""
    form = await form_of(visit)
    run = pb.InvoiceRun(month=form.get("month", ""), is_issuing=form.get("issue") == "1")
    request = pb.CreateInvoiceRunRequest(invoice_run=run, request_id=form.get("request_id", ""))
    try:
        made = await visit.services.invoice_runs.CreateInvoiceRun(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_PATH}/{made.name.rpartition('/')[2]}")


async def set_policy(visit: Visit) -> Response:
    """Says what happens by itself at the month ends to come."""
    form = await form_of(visit)
    try:
        request = _policy_request(form)
        await visit.services.invoice_runs.SetInvoiceRunPolicy(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_PATH}#policy")


async def invoice_run(visit: Visit) -> Response:
    """Shows how far a run has come, and which clients need somebody to look."""
    return await _run_page(visit)


async def release_outcome(visit: Visit) -> Response:
    """Lets a parked draft go, with a note that is kept."""
    form = await form_of(visit)
    request = drafts_pb.ReleaseDraftInvoiceRequest(
        name=_draft_name(form), note=form.get("note", ""), request_id=form.get("request_id", "")
    )
    releasing = visit.services.drafts.ReleaseDraftInvoice(request, metadata=visit.metadata)
    return await _settle(visit, releasing)


async def issue_outcome(visit: Visit) -> Response:
    """Sends a draft of a run."""
    form = await form_of(visit)
    request = drafts_pb.IssueDraftInvoiceRequest(
        name=_draft_name(form), request_id=form.get("request_id", "")
    )
    return await _settle(
        visit, visit.services.drafts.IssueDraftInvoice(request, metadata=visit.metadata)
    )


async def _settle(visit: Visit, doing: Awaitable[object]) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _run_page(visit, refusal_of(error))
    return visit.go_to(f"{_PATH}/{_run_id(visit)}#outcomes")


def _policy_request(form: dict[str, str]) -> pb.SetInvoiceRunPolicyRequest:
    mode, hours = form.get("mode", ""), form.get("grace_hours", "").strip()
    if mode not in dict(MODES):
        raise InvalidRequest.at("mode", "Must be one of those offered.")
    if not re.fullmatch(r"[0-9]{1,3}", hours, re.ASCII):
        raise InvalidRequest.at("grace_hours", "Must be whole hours, 0 to 168.")
    policy = pb.InvoiceRunPolicy(mode=pb.InvoiceRunPolicy.Mode.Value(mode))
    policy.grace.FromSeconds(int(hours) * 3600)
    return pb.SetInvoiceRunPolicyRequest(policy=policy, request_id=form.get("request_id", ""))


def _draft_name(form: dict[str, str]) -> str:
    name = form.get("draft", "")
    if not _DRAFT.match(name):
        raise NotFound(resource=name[:80])
    return name


def _run_id(visit: Visit) -> str:
    run_id = str(visit.request.path_params["run"])
    if not _RUN.match(run_id):
        raise NotFound(resource=run_id)
    return run_id


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    stub, metadata = visit.services.invoice_runs, visit.metadata
    token = visit.request.query_params.get("page", "")
    runs = await stub.ListInvoiceRuns(
        pb.ListInvoiceRunsRequest(page_size=_SHOWN, page_token=token), metadata=metadata
    )
    policy = await stub.GetInvoiceRunPolicy(pb.GetInvoiceRunPolicyRequest(), metadata=metadata)
    today = await visit.portal.zones.today(visit.site.tenant)
    months = month_choices(today, month_of(today))
    return visit.page(
        "console/invoice_runs.html",
        status=problem.http_status if problem else 200,
        title="Invoice runs",
        runs=runs.invoice_runs,
        next_page=runs.next_page_token,
        policy=policy,
        mode=pb.InvoiceRunPolicy.Mode.Name(policy.mode or pb.InvoiceRunPolicy.OFF),
        modes=MODES,
        grace_hours=policy.grace.ToSeconds() // 3600 if policy.HasField("grace") else 6,
        months=months[1:],
        may_run=visit.caller.may("invoices.write"),
        request_id=new_request_id,
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _run_page(visit: Visit, problem: Problem | None = None) -> Response:
    name = f"invoiceRuns/{_run_id(visit)}"
    run: InvoiceRun = await visit.services.invoice_runs.GetInvoiceRun(
        pb.GetInvoiceRunRequest(name=name), metadata=visit.metadata
    )
    counts = run.counts
    in_all = sum(value for _, value in counts.ListFields())
    template = (
        "console/invoice_run_counts.html" if visit.is_fragment else "console/invoice_run.html"
    )
    return visit.page(
        template,
        status=problem.http_status if problem else 200,
        title=f"Invoice run of {run.month}",
        run=run,
        run_id=name.rpartition("/")[2],
        counts=counts,
        in_all=in_all,
        done_percent=100 * (in_all - counts.pending) // in_all if in_all else 100,
        rows=[] if visit.is_fragment else await outcome_rows(visit, run),
        may_run=visit.caller.may("invoices.write"),
        request_id=new_request_id,
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
