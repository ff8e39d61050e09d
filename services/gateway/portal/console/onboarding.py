"""Clients coming in: runs of all, one with its steps, and the form that begins another."""

from __future__ import annotations

import asyncio
import zoneinfo
from collections.abc import Awaitable
from functools import cache
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.console.onboarding_form import (
    LIMITS,
    TIERS,
    Typed,
    request_of,
    wrong_of,
)
from services.gateway.portal.console.onboarding_runs import row
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import Refusal
from veneer.billing.v1 import plan_service_pb2 as plans_pb
from veneer.telephony.v1 import route_service_pb2 as routes_pb
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

_PATH: Final = "/onboarding"
_SHOWN: Final = 50
_READ: Final = 200
_SELLERS_READ: Final = 500


async def onboardings(visit: Visit) -> Response:
    """Shows the runs, latest first."""
    token = visit.request.query_params.get("page", "")
    found = await visit.services.onboarding.ListOnboardingRuns(
        pb.ListOnboardingRunsRequest(page_size=_SHOWN, page_token=token), metadata=visit.metadata
    )
    rows = [row(run) for run in found.onboarding_runs]
    return visit.page(
        "console/onboardings_table.html" if visit.is_fragment else "console/onboardings.html",
        title="Onboarding",
        rows=rows,
        page=token,
        next_page=found.next_page_token,
        may_start=visit.caller.may("tenants.write"),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def new_onboarding(visit: Visit) -> Response:
    """Shows the form."""
    zone = await visit.portal.zones.of(visit.site.tenant)
    return await _form(visit, Typed({"time_zone": zone.key, "campaign_name": "First campaign"}))


async def start_onboarding(visit: Visit) -> Response:
    """Signs a client and shows its run."""
    typed = Typed.of(await visit.request.form(max_files=0, max_fields=300))
    try:
        run = await visit.services.onboarding.StartOnboarding(
            request_of(typed), metadata=visit.metadata
        )
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _form(visit, typed, refusal_of(error))
    return visit.go_to(f"{_PATH}/{run.name.rpartition('/')[2]}")


async def onboarding(visit: Visit) -> Response:
    """Shows how far a run has come, or the part of the page that changes by itself."""
    return await _page(visit)


async def retry_onboarding(visit: Visit) -> Response:
    """Lets a run go on, with other routes if any were chosen."""
    form = await visit.request.form(max_files=0, max_fields=300)
    routes = [str(each) for each in form.getlist("route")]
    request = pb.RetryOnboardingRunRequest(name=_name(visit), routes=routes)
    stub = visit.services.onboarding
    return await _change(visit, stub.RetryOnboardingRun(request, metadata=visit.metadata))


async def cancel_onboarding(visit: Visit) -> Response:
    """Undoes all that a run has done."""
    form = await form_of(visit)
    request = pb.CancelOnboardingRunRequest(name=_name(visit), reason=form.get("reason", ""))
    stub = visit.services.onboarding
    doing = stub.CancelOnboardingRun(request, metadata=visit.metadata)
    return await _change(visit, doing, form)


async def sign_onboarding(visit: Visit) -> Response:
    """Notes that the client has signed on paper."""
    form = await form_of(visit)
    request = pb.RecordSignatureRequest(
        name=_name(visit), signer_name=form.get("signer_name", ""), note=form.get("note", "")
    )
    stub = visit.services.onboarding
    return await _change(visit, stub.RecordSignature(request, metadata=visit.metadata), form)


async def _change(
    visit: Visit, doing: Awaitable[object], form: dict[str, str] | None = None
) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(f"{_PATH}/{visit.request.path_params['run']}")


async def _page(
    visit: Visit, problem: Problem | None = None, form: dict[str, str] | None = None
) -> Response:
    run = await visit.services.onboarding.GetOnboardingRun(
        pb.GetOnboardingRunRequest(name=_name(visit)), metadata=visit.metadata
    )
    shown = row(run)
    may_change = visit.caller.may("tenants.write")
    offers_routes = may_change and shown.is_retriable
    return visit.page(
        "console/onboarding_steps.html" if visit.is_fragment else "console/onboarding.html",
        status=problem.http_status if problem else 200,
        title=f"Onboarding of {run.display_name}",
        row=shown,
        run=run,
        may_change=may_change,
        routes=await _free_routes(visit) if offers_routes else [],
        problem=problem,
        wrong=wrong_of(problem),
        form=form or {},
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _form(visit: Visit, typed: Typed, problem: Problem | None = None) -> Response:
    plans, routes, sellers = await asyncio.gather(
        _plans(visit), _free_routes(visit), _sellers(visit)
    )
    wrong = wrong_of(problem)
    return visit.page(
        "console/onboarding_new.html",
        status=problem.http_status if problem else 200,
        title="Sign a client",
        typed=typed,
        plans=plans,
        routes=routes,
        sellers=sellers,
        tiers=TIERS,
        limits=LIMITS,
        time_zones=_time_zones(),
        has_more=any(typed.get(name) or name in wrong for name in _MORE),
        may_start=visit.caller.may("tenants.write"),
        wrong=wrong,
        problem=problem,
        request_id=new_request_id,
    )


# What stands folded in, because few clients need it.
_MORE: Final = (
    *LIMITS,
    "parent",
    "billing_anchor_day",
    "max_requests_per_minute",
    "internal_notes",
    "tagline",
    "primary_color",
)


async def _plans(visit: Visit) -> list[plans_pb.PlanVersion]:
    request = plans_pb.ListPlanVersionsRequest(page_size=_READ)
    answer = await visit.services.plans.ListPlanVersions(request, metadata=visit.metadata)
    return list(answer.plan_versions)


async def _free_routes(visit: Visit) -> list[routes_pb.Route]:
    """Gives the routes that are nobody's yet."""
    if not visit.caller.may("routes.read"):
        return []
    request = routes_pb.ListRoutesRequest(page_size=_READ)
    answer = await visit.services.routes.ListRoutes(request, metadata=visit.metadata)
    return [each for each in answer.routes if not each.tenant]


async def _sellers(visit: Visit) -> list[tenants_pb.Tenant]:
    """Gives the clients that may have clients of their own."""
    request = tenants_pb.ListTenantsRequest(page_size=_SELLERS_READ)
    answer = await visit.services.tenants.ListTenants(request, metadata=visit.metadata)
    enterprise = tenants_pb.Tenant.ENTERPRISE
    return [each for each in answer.tenants if each.parent and each.tier == enterprise]


@cache
def _time_zones() -> list[str]:
    return sorted(each for each in zoneinfo.available_timezones() if "/" in each or each == "UTC")


def _name(visit: Visit) -> str:
    return f"onboardingRuns/{id_in_path(visit, 'run')}"
