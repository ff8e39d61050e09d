"""The page that a link of an invitation leads to: a name, a password, and one is in."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.handling import error_page, form_of, refusal_of, words_of
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import authentication_service_pb2 as pb

_TOKEN_LENGTH_MAX = 200


async def show_invitation(visit: Visit) -> Response:
    """Shows the form, or why the link is not good."""
    token = visit.request.query_params.get("token", "")[:_TOKEN_LENGTH_MAX]
    return await _form(visit, token)


async def accept_invitation(visit: Visit) -> Response:
    """Makes a user of who was invited, and leads to the log-in."""
    form = await form_of(visit)
    token, password = form.get("token", "")[:_TOKEN_LENGTH_MAX], form.get("password", "")
    if password != form.get("repeated", ""):
        return await _form(visit, token, "The two passwords are not the same.", form)
    request = pb.AcceptInvitationRequest(
        tenant=visit.site.tenant,
        token=token,
        display_name=form.get("display_name", ""),
        password=password,
    )
    try:
        await visit.services.authentication.AcceptInvitation(request)
    except grpc.aio.AioRpcError as error:
        return await _form(visit, token, words_of(refusal_of(error)), form)
    return visit.go_to("/login")


async def _form(
    visit: Visit, token: str, problem: str = "", typed: dict[str, str] | None = None
) -> Response:
    request = pb.ReadInvitationRequest(tenant=visit.site.tenant, token=token or "-")
    try:
        answer = await visit.services.authentication.ReadInvitation(request)
    except grpc.aio.AioRpcError as error:
        return error_page(visit, refusal_of(error))
    return stranger_page(
        visit,
        "invitation.html",
        400 if problem else 200,
        email=answer.email,
        token=token,
        problem=problem,
        typed=typed or {},
    )
