"""Another password: by who knows it, or by a link that is sent to the address."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.account import account_page
from services.gateway.portal.handling import error_page, form_of, refusal_of, words_of
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import problem_of
from veneer.tenancy.v1 import password_service_pb2 as pb

_TEXT_LENGTH_MAX = 320
_TOKEN_LENGTH_MAX = 200
_NOT_ALIKE = "The two passwords are not the same."


async def change_password(visit: Visit) -> Response:
    """Changes one's own password, and ends one's other sessions."""
    form = {name: text[:_TEXT_LENGTH_MAX] for name, text in (await form_of(visit)).items()}
    wanted = form.get("new_password", "")
    if wanted != form.get("repeated", ""):
        return await account_page(visit, {"repeated": _NOT_ALIKE})
    request = pb.ChangePasswordRequest(
        user=visit.caller.subject, password=form.get("password") or "-", new_password=wanted or "-"
    )
    try:
        await visit.services.passwords.ChangePassword(request)
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        if problem.http_status == 401:
            return await account_page(visit, {"password": "This is not your password."})
        return await account_page(visit, {"new_password": words_of(refusal_of(error))})
    assert visit.visitor is not None, "strangers are sent to the log-in"
    await visit.portal.sessions.end(visit.site, visit.caller.subject, kept=visit.visitor.session_id)
    return visit.go_to("/account?done=password")


async def show_forgotten(visit: Visit) -> Response:
    """Asks for the address."""
    return stranger_page(visit, "forgotten.html", 200, email="", is_sent=False, problem="")


async def send_link(visit: Visit) -> Response:
    """Says that a link is on its way, whether somebody has the address or not."""
    email = (await form_of(visit)).get("email", "").strip()[:_TEXT_LENGTH_MAX]
    if "@" not in email:
        problem = "Please enter your e-mail address."
        return stranger_page(
            visit, "forgotten.html", 400, email=email, is_sent=False, problem=problem
        )
    request = pb.RequestPasswordResetRequest(
        tenant=visit.site.tenant, email=email, host_name=visit.site.host_name
    )
    await visit.services.passwords.RequestPasswordReset(request)
    return stranger_page(visit, "forgotten.html", 200, email=email, is_sent=True, problem="")


async def show_new_password(visit: Visit) -> Response:
    """Shows the form that a link leads to, or that the link is not good."""
    return await _form(visit, visit.request.query_params.get("token", ""))


async def set_new_password(visit: Visit) -> Response:
    """Changes the password, ends all sessions and leads to the log-in."""
    form = {name: text[:_TEXT_LENGTH_MAX] for name, text in (await form_of(visit)).items()}
    token, wanted = form.get("token", ""), form.get("new_password", "")
    if wanted != form.get("repeated", ""):
        return await _form(visit, token, _NOT_ALIKE)
    request = pb.ResetPasswordRequest(
        tenant=visit.site.tenant, token=_short(token), new_password=wanted or "-"
    )
    try:
        answer = await visit.services.passwords.ResetPassword(request)
    except grpc.aio.AioRpcError as error:
        return await _form(visit, token, words_of(refusal_of(error)))
    await visit.portal.sessions.end(visit.site, answer.user)
    return visit.go_to("/login?done=password")


async def _form(visit: Visit, token: str, problem: str = "") -> Response:
    request = pb.ReadPasswordResetRequest(tenant=visit.site.tenant, token=_short(token))
    try:
        answer = await visit.services.passwords.ReadPasswordReset(request)
    except grpc.aio.AioRpcError as error:
        return error_page(visit, refusal_of(error))
    return stranger_page(
        visit,
        "new_password.html",
        400 if problem else 200,
        email=answer.email,
        token=token,
        problem=problem,
    )


def _short(token: str) -> str:
    return token[:_TOKEN_LENGTH_MAX] or "-"
