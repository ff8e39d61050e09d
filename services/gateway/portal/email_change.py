"""Another e-mail address to log in with: asked for on the account page, confirmed by a link."""

from __future__ import annotations

from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.account import account_page
from services.gateway.portal.handling import error_page, form_of, refusal_of, words_of
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import problem_of
from veneer.tenancy.v1 import email_change_service_pb2 as pb

_LENGTH_MAX: Final = 320
_TOKEN_LENGTH_MAX: Final = 200


async def request_email_change(visit: Visit) -> Response:
    """Lets a link be sent to the new address."""
    form = {name: text.strip()[:_LENGTH_MAX] for name, text in (await form_of(visit)).items()}
    wanted = form.get("new_email", "")
    request = pb.RequestEmailChangeRequest(
        user=visit.caller.subject,
        password=form.get("email_password") or "-",
        new_email=wanted or "-",
        host_name=visit.site.host_name,
    )
    try:
        await visit.services.email_changes.RequestEmailChange(request)
    except grpc.aio.AioRpcError as error:
        if problem_of(error).http_status == 401:
            wrong = {"email_password": "This is not your password."}
        else:
            wrong = {"new_email": words_of(refusal_of(error))}
        return await account_page(visit, wrong, {"new_email": wanted})
    return visit.go_to("/account")


async def show_email_change(visit: Visit) -> Response:
    """Shows what a link would change: programs that look at links in mails change nothing."""
    token = visit.request.query_params.get("token", "")[:_TOKEN_LENGTH_MAX]
    request = pb.ReadEmailChangeRequest(tenant=visit.site.tenant, token=token or "-")
    try:
        answer = await visit.services.email_changes.ReadEmailChange(request)
    except grpc.aio.AioRpcError as error:
        return error_page(visit, refusal_of(error))
    return stranger_page(
        visit,
        "new_address.html",
        200,
        email=answer.email,
        new_email=answer.new_email,
        token=token,
    )


async def confirm_email_change(visit: Visit) -> Response:
    """Changes the address, and leads to the log-in or, if one is in, to the account."""
    token = (await form_of(visit)).get("token", "")[:_TOKEN_LENGTH_MAX]
    request = pb.ConfirmEmailChangeRequest(tenant=visit.site.tenant, token=token or "-")
    try:
        await visit.services.email_changes.ConfirmEmailChange(request)
    except grpc.aio.AioRpcError as error:
        return error_page(visit, refusal_of(error))
    return visit.go_to("/login?done=address" if visit.visitor is None else "/account?done=address")
