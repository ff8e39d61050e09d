"""The second step of a log-in: a code, for who has given the right password just now."""

from __future__ import annotations

from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.portal.handling import form_of, words_of
from services.gateway.portal.login import logged_in, login_form, tell_to_wait
from services.gateway.portal.strangers import stranger_page
from services.gateway.portal.visit import SECOND_STEP_COOKIE, Visit, drop_cookie
from services.gateway.rest.errors import Problem, problem_of

_CODE_LENGTH_MAX: Final = 60
_OVER: Final = "SECOND_STEP_OVER"


async def show_second_step(visit: Visit) -> Response:
    """Asks for the code; sends to the log-in whoever has not given a password."""
    if visit.visitor is not None or SECOND_STEP_COOKIE not in visit.request.cookies:
        return visit.go_to("/login")
    asked = visit.request.query_params
    return _form(visit, 200, next_path=asked.get("next", ""), by=asked.get("by", ""))


async def take_second_step(visit: Visit) -> Response:
    """Opens a session, or asks again."""
    form = await form_of(visit)
    next_path, by = form.get("next", ""), form.get("by", "")
    token = visit.request.cookies.get(SECOND_STEP_COOKIE, "")
    code = form.get("code", "").strip()[:_CODE_LENGTH_MAX]
    if not code:
        return _form(visit, 400, "Please enter the code.", next_path, by)
    try:
        cookie = await visit.portal.sessions.finish(visit.site, token or "-", code, visit.device)
    except (grpc.aio.AioRpcError, CredentialsInvalid) as error:
        problem = problem_of(error)
        if problem.http_status == 401 or problem.reason == _OVER:
            return _begun_again(visit, problem, next_path)
        if problem.http_status not in (400, 429):
            raise
        response = _form(visit, problem.http_status, words_of(problem), next_path, by)
        return tell_to_wait(response, problem)
    response = logged_in(visit, cookie, next_path)
    drop_cookie(response, SECOND_STEP_COOKIE)
    return response


def _begun_again(visit: Visit, problem: Problem, next_path: str) -> Response:
    over = problem.message if problem.reason == _OVER else "Please log in again."
    response = login_form(visit, 401, problem=over, next_path=next_path)
    drop_cookie(response, SECOND_STEP_COOKIE)
    return response


def _form(
    visit: Visit, status: int, problem: str = "", next_path: str = "", by: str = ""
) -> Response:
    return stranger_page(
        visit,
        "second_step.html",
        status,
        problem=problem,
        next_path=next_path[:500],
        by="recovery" if by == "recovery" else "app",
    )
