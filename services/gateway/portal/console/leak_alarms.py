"""Answers that were held back, because a secret word stood in them."""

from __future__ import annotations

import asyncio

import grpc
from starlette.responses import Response

from services.gateway.portal.handling import refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.gateway.v1 import leak_alarm_service_pb2 as pb
from veneer.tenancy.v1 import notice_record_service_pb2 as notices_pb
from veneer.tenancy.v1 import notice_service_pb2 as notice_pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

_SHOWN = 100
_READ = 500


async def leak_alarms(visit: Visit) -> Response:
    """Shows where they were, latest first."""
    return await _page(visit)


async def dismiss_leak_alarm(visit: Visit) -> Response:
    """Lets a word pass that is the client's own."""
    name = f"leakAlarms/{visit.request.path_params['leak_alarm']}"
    request = pb.DismissLeakAlarmRequest(name=name)
    try:
        await visit.services.leak_alarms.DismissLeakAlarm(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to("/leaks")


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    answer, clients, failed = await asyncio.gather(
        visit.services.leak_alarms.ListLeakAlarms(
            pb.ListLeakAlarmsRequest(page_size=_SHOWN), metadata=visit.metadata
        ),
        visit.services.tenants.ListTenants(
            tenants_pb.ListTenantsRequest(page_size=_READ), metadata=visit.metadata
        ),
        visit.services.notices.ListFailedNotices(
            notices_pb.ListFailedNoticesRequest(page_size=_SHOWN), metadata=visit.metadata
        ),
    )
    return visit.page(
        "console/leak_alarms.html",
        status=problem.http_status if problem else 200,
        title="Leak alarms",
        alarms=answer.leak_alarms,
        has_more=bool(answer.next_page_token),
        word_count=answer.word_count,
        passed_over=answer.passed_over_words,
        clients={tenant.name: tenant.display_name for tenant in clients.tenants},
        notices=failed.notices,
        has_failed=notice_pb.Notice.FAILED,
        may_dismiss=visit.caller.may("leakAlarms.write"),
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
