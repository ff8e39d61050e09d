"""Log-in and log-out."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

import grpc
from starlette.responses import Response

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.portal.handling import form_of
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import (
    FORM_COOKIE,
    SECOND_STEP_COOKIE,
    SESSION_COOKIE,
    Visit,
    drop_cookie,
    set_cookie,
)
from services.gateway.rest.errors import Problem, problem_of
from veneer.tenancy.v1 import authentication_service_pb2 as pb

_TEXT_LENGTH_MAX = 320
_WRONG = "The e-mail address or the password is not right."
SUSPENDED: Final = "TENANT_SUSPENDED"


async def show_login(visit: Visit) -> Response:
    """Shows the form; sends who has logged in already to the first page."""
    if visit.visitor is not None:
        return visit.go_to(_local(visit.request.query_params.get("next", "")))
    return login_form(visit, 200, next_path=visit.request.query_params.get("next", ""))


async def log_in(visit: Visit) -> Response:
    """Opens a session, or shows the form again with what was wrong."""
    form = await form_of(visit)
    email = form.get("email", "").strip()[:_TEXT_LENGTH_MAX]
    next_path = form.get("next", "")
    password = form.get("password", "")[:_TEXT_LENGTH_MAX]
    if not email or not password:
        return login_form(visit, 400, email, "Please enter both.", next_path)
    try:
        opened = await visit.portal.sessions.open(visit.site, email, password, visit.device)
    except (grpc.aio.AioRpcError, CredentialsInvalid) as error:
        problem = problem_of(error)
        if problem.reason == SUSPENDED:
            return login_form(visit, 403, email, suspended_text(visit), next_path)
        # A text that cannot be an address is a wrong one, no more than that.
        if problem.http_status in (400, 401):
            return login_form(visit, 401, email, _WRONG, next_path)
        if problem.http_status != 429:
            raise
        return tell_to_wait(login_form(visit, 429, email, problem.message, next_path), problem)
    if not opened.second_step_token:
        return logged_in(visit, opened.cookie, next_path)
    onward = f"?next={quote(next_path, safe='')}" if next_path else ""
    response = visit.go_to(f"/login/code{onward}")
    set_cookie(response, SECOND_STEP_COOKIE, opened.second_step_token)
    return response


def tell_to_wait(response: Response, problem: Problem) -> Response:
    """Says in a response how long to wait, where that was said to us."""
    for name, value in problem.headers:
        response.headers[name.decode()] = value.decode()
    return response


def suspended_text(visit: Visit) -> str:
    """Gives what somebody reads who is who it says, at a company whose service is held."""
    seller = visit.site.seller_display_name or "your provider"
    return (
        "Your company's service is suspended at the moment, so nobody can log in."
        f" Please ask {seller}."
    )


def logged_in(visit: Visit, cookie: str, next_path: str) -> Response:
    """Sends a browser on with its session."""
    response = visit.go_to(_local(next_path))
    set_cookie(response, SESSION_COOKIE, cookie)
    drop_cookie(response, FORM_COOKIE)
    return response


async def log_out(visit: Visit) -> Response:
    """Ends the session for good, and with it what support was let in by."""
    if visit.visitor is not None and visit.visitor.support_access:
        leave = pb.LeaveSupportRequest(name=visit.visitor.support_access)
        await visit.services.authentication.LeaveSupport(leave)
    await visit.portal.sessions.close(visit.site, visit.request.cookies[SESSION_COOKIE])
    response = visit.go_to("/login")
    drop_cookie(response, SESSION_COOKIE)
    return response


def login_form(
    visit: Visit, status: int, email: str = "", problem: str = "", next_path: str = ""
) -> Response:
    """Shows the form, with what was wrong."""
    return stranger_page(
        visit,
        "login.html",
        status,
        email=email,
        problem=problem,
        done=visit.request.query_params.get("done", ""),
        next_path=next_path if _local(next_path) == next_path else "",
        has_agents=visit.portal.has_agents,
    )


def _local(path: str) -> str:
    """Gives a path of this site, the first page for everything else."""
    parts = urlsplit(path)
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_local and not parts.netloc and path.isprintable() else "/"
