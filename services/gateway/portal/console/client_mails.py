"""The mails to a client: what it was told, who has got it, and what came back."""

from __future__ import annotations

import re
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.console.client import get_client
from services.gateway.portal.handling import refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import NotFound
from veneer.tenancy.v1 import notice_record_service_pb2 as records_pb
from veneer.tenancy.v1 import notice_service_pb2 as pb

_SHOWN: Final = 50
_NOTICE = re.compile(r"[A-Za-z0-9._-]{1,100}\Z", re.ASCII)
_STATES: Final = {
    pb.Notice.WAITING: ("waits to be sent", ""),
    pb.Notice.SENT: ("sent", "good"),
    pb.Notice.FAILED: ("not taken", "bad"),
}


async def client_mails(visit: Visit) -> Response:
    """Shows them, the latest first."""
    return await _page(visit)


async def resend_mail(visit: Visit) -> Response:
    """Lets those mails of a notice go out again that have failed."""
    client, notice_id = await get_client(visit), visit.request.path_params["notice"]
    if not _NOTICE.match(notice_id):
        raise NotFound(resource=notice_id)
    request = records_pb.ResendNoticeRequest(name=f"{client.name}/notices/{notice_id}")
    try:
        await visit.services.notices.ResendNotice(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"/clients/{client.name.removeprefix('tenants/')}/mails")


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    client = await get_client(visit)
    request = records_pb.ListNoticesRequest(
        parent=client.name,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.notices.ListNotices(request, metadata=visit.metadata)
    return visit.page(
        "console/client_mails.html",
        status=problem.http_status if problem else 200,
        title="Mails",
        client=client,
        notices=answer.notices,
        states=_STATES,
        has_failed=pb.Notice.FAILED,
        next_page=answer.next_page_token,
        may_resend=visit.caller.may("notices.write"),
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
