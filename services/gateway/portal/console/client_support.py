"""Looks of staff at a client's account."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.client.support_access import STATES
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of, words_of
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.tenancy.v1 import support_access_service_pb2 as pb
from veneer.tenancy.v1 import support_staff_service_pb2 as staff_pb

_SHOWN: Final = 50
_MINUTES: Final = (15, 30, 60, 120, 240, 480)


async def client_support(visit: Visit) -> Response:
    """Shows the accesses, latest first, and the form for another."""
    return await _page(visit, {})


async def begin_support(visit: Visit) -> Response:
    """Gives who asks a look, and the way in."""
    form = await form_of(visit)
    typed = form.get("minutes", "")
    minutes = int(typed) if typed in map(str, _MINUTES) else 0
    access = pb.SupportAccess(reason=form.get("reason", ""))
    access.ttl.FromTimedelta(timedelta(minutes=minutes))
    request = staff_pb.CreateSupportAccessRequest(
        parent=tenant_name(visit), support_access=access, request_id=form.get("request_id", "")
    )
    try:
        given = await visit.services.support_staff.CreateSupportAccess(
            request, metadata=visit.metadata
        )
    except grpc.aio.AioRpcError as error:
        return await _page(visit, form, refusal_of(error))
    return await _page(visit, {}, link=given.link)


async def end_support(visit: Visit) -> Response:
    """Ends one."""
    name = f"{tenant_name(visit)}/supportAccesses/{id_in_path(visit, 'access')}"
    request = pb.EndSupportAccessRequest(name=name)
    await visit.services.support_accesses.EndSupportAccess(request, metadata=visit.metadata)
    return visit.go_to(f"/clients/{visit.request.path_params['tenant']}/support")


async def _page(
    visit: Visit, form: dict[str, str], problem: Problem | None = None, link: str = ""
) -> Response:
    tenant = await get_client(visit)
    request = pb.ListSupportAccessesRequest(
        parent=tenant.name,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    found = await visit.services.support_accesses.ListSupportAccesses(
        request, metadata=visit.metadata
    )
    is_of_reason = problem is not None and bool(problem.field_violations)
    return visit.page(
        "console/client_support.html",
        status=problem.http_status if problem else 200,
        title=f"Support for {tenant.display_name}",
        tenant=tenant,
        tenant_id=tenant.name.removeprefix("tenants/"),
        accesses=found.support_accesses,
        next_page=found.next_page_token,
        states=STATES,
        is_open=pb.SupportAccess.OPEN,
        minutes=_MINUTES,
        form=form,
        link=link,
        wrong={"reason": words_of(problem)} if problem and is_of_reason else {},
        problem=None if is_of_reason else problem,
        may_begin=visit.caller.may("support.begin"),
        may_end=visit.caller.may("supportAccesses.write"),
        tells_staff=True,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
