"""The page that lets the operator's support in to look at a client's account."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.handling import error_page, form_of, refusal_of
from services.gateway.portal.login import logged_in
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import Visit

_TOKEN_LENGTH_MAX = 200


async def show_support_door(visit: Visit) -> Response:
    """Shows what comes; a link alone uses nothing up, whoever follows it first."""
    token = visit.request.query_params.get("token", "")[:_TOKEN_LENGTH_MAX]
    return stranger_page(visit, "support_door.html", 200, token=token)


async def come_in_for_support(visit: Visit) -> Response:
    """Opens a session that may look."""
    token = (await form_of(visit)).get("token", "")[:_TOKEN_LENGTH_MAX]
    try:
        cookie = await visit.portal.sessions.open_for_support(
            visit.site, token or "-", visit.device
        )
    except grpc.aio.AioRpcError as error:
        return error_page(visit, refusal_of(error))
    return logged_in(visit, cookie, "/")
