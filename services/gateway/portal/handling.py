"""What is the same for every page: whose it is, who asks, forged forms, and what goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from google.api.httpbody_pb2 import HttpBody
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.auth.forgery import FIELD, is_form_token
from services.gateway.auth.hosts import HostUnknown, Site
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.menu import allowed, first_page, section_of
from services.gateway.portal.visit import FORM_COOKIE, SESSION_COOKIE, Portal, Visit
from services.gateway.rest.errors import HttpRefusal, Problem, problem_of
from services.kit.errors import Kind, Refusal
from services.kit.logging import get_logger

Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]

LOGIN = "/login"
# Where one comes who must turn a second factor on before anything else.
SECOND_FACTOR = "/account/second-step"
# Where the owner of a client comes whose service has ended, and what else is left to it.
_ENDED = "/data"
_ACCOUNT = "/account"
_LEFT = ("/logout", _ACCOUNT)
_TITLES = {
    400: "That cannot be done",
    401: "Please log in",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "That cannot be done",
    409: "That cannot be done",
    413: "That is too large",
    429: "Too many attempts",
    503: "One moment, please",
    504: "One moment, please",
}
_TEXTS = {
    403: "Your log-in does not include this. An administrator of your company can change that.",
    404: "The page may have moved, or the address may have a typing error.",
    500: "Something went wrong on our side. It has been noted, and we are looking into it.",
    503: "We cannot show this at the moment. Please try again in a few seconds.",
    504: "This took longer than it should. Please try again in a few seconds.",
}

log = get_logger(__name__)


class SupportOnlyLooks(HttpRefusal):
    """Support wants to change something, or to see somebody's own log-in."""

    kind = Kind.PERMISSION_DENIED
    reason = "SUPPORT_ONLY_LOOKS"
    http_status = 403


class FormForged(HttpRefusal):
    """A form that did not come from a page of ours, or from one that is too old."""

    kind = Kind.PERMISSION_DENIED
    reason = "FORM_FORGED"
    http_status = 403


def for_everybody(portal: Portal, handler: Handler, *, reads_own_form: bool = False) -> Endpoint:
    """Makes an endpoint that strangers may see too.

    Forged forms are refused before `handler`, or by it if it reads forms in its own way.
    """

    async def endpoint(request: Request) -> Response:
        return await _handle(portal, handler, request, reads_own_form)

    return endpoint


def for_visitors(portal: Portal, handler: Handler) -> Endpoint:
    """Makes an endpoint that sends strangers to the log-in."""

    async def admitted(visit: Visit) -> Response:
        if visit.visitor is None:
            raise CredentialsInvalid
        if visit.caller.needs_second_factor and not _is_about_oneself(visit):
            return _elsewhere(visit, SECOND_FACTOR)
        if not _is_open(visit):
            return visit.go_to(_ENDED)
        if visit.request.url.path == "/" and (first := _first_page(visit)) != "/":
            return visit.go_to(first)
        return await handler(visit)

    return for_everybody(portal, admitted)


def _first_page(visit: Visit) -> str:
    return first_page(allowed(visit.menu, visit.caller.permissions))


def _is_open(visit: Visit) -> bool:
    """Tells whether a page is there: once a service has ended, few are."""
    path = visit.request.url.path
    is_left = _is_about_oneself(visit) or section_of(visit.menu, path) is not None
    return is_left or not visit.site.has_ended


def _is_about_oneself(visit: Visit) -> bool:
    return visit.request.url.path.startswith(_LEFT)


async def form_of(visit: Visit) -> dict[str, str]:
    """Reads a form's texts."""
    form = await visit.request.form(max_files=0, max_fields=300)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _handle(
    portal: Portal, handler: Handler, request: Request, reads_own_form: bool
) -> Response:
    site: Site | None = None
    visit: Visit | None = None
    try:
        site = await portal.hosts.site_at(request.headers.get("host", "").encode("latin-1"))
        visit = Visit(request, portal, site, None)
        cookie = request.cookies.get(SESSION_COOKIE, "")
        visitor = await portal.sessions.visitor(site, cookie)
        visit = Visit(request, portal, site, visitor)
        _check_support(visit)
        if request.method == "POST" and not reads_own_form:
            refuse_forged(visit, (await form_of(visit)).get(FIELD, ""))
        return await handler(visit)
    except HostUnknown:
        return neutral_not_found()
    except Exception as error:
        problem = problem_of(error)
        if problem.http_status == 500:
            log.error("failed", path=request.url.path, exc_info=error)
        return neutral_not_found() if visit is None else error_page(visit, problem)


_TOLD_REASONS = (FormForged.reason, SupportOnlyLooks.reason)


def _check_support(visit: Visit) -> None:
    """Support looks, and leaves: whatever a page would let it do besides."""
    if visit.visitor is None or not visit.visitor.support_access:
        return
    path = visit.request.url.path
    is_change = visit.request.method != "GET" and path != "/logout"
    if is_change or path.startswith(_ACCOUNT):
        raise SupportOnlyLooks("Support only looks at an account. Nothing was changed.")


def error_page(visit: Visit, problem: Problem) -> Response:
    """Says what went wrong, in words; sends who is not logged in to the log-in."""
    if problem.http_status == 401:
        return _to_login(visit)
    if visit.is_fragment:
        # 204 leaves the page as it is: better a figure of a moment ago than none.
        return Response(status_code=204, headers=_data_headers())
    told = problem.http_status in (400, 409, 429) or problem.reason in _TOLD_REASONS
    text = problem.message if told else _TEXTS.get(problem.http_status, _TEXTS[500])
    title = _TITLES.get(problem.http_status, "Something went wrong")
    violations = problem.field_violations
    response = visit.page(
        "error.html", problem.http_status, title=title, text=text, violations=violations
    )
    for name, value in problem.headers:
        response.headers[name.decode()] = value.decode()
    return response


def neutral_not_found() -> Response:
    """Answers where nobody is at home, so in nobody's colours."""
    text = "There is nothing at this address.\n"
    return Response(text, 404, _data_headers(), "text/plain; charset=utf-8")


def _to_login(visit: Visit) -> Response:
    if "text/event-stream" in visit.request.headers.get("accept", ""):
        # To 204 a browser opens the stream no more; a page in its place would be an error there.
        return Response(status_code=204, headers=_data_headers())
    if visit.is_fragment:
        return _elsewhere(visit, LOGIN)
    path = visit.request.url.path
    if visit.request.method != "GET" or path in ("/", LOGIN):
        return visit.go_to(LOGIN)
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return visit.go_to(f"{LOGIN}?next={quote(path + query, safe='')}")


def _elsewhere(visit: Visit, path: str) -> Response:
    """Leads a browser on, by its script where that asks."""
    if visit.is_fragment:
        return Response(status_code=204, headers={**_data_headers(), "HX-Redirect": path})
    return visit.go_to(path)


def refuse_forged(visit: Visit, token: str) -> None:
    """A form must come from our own page by the browser's word, and bear the cookie's token."""
    headers = visit.request.headers
    origin = headers.get("origin")
    is_ours = headers.get("sec-fetch-site", "same-origin") == "same-origin" and (
        origin is None or urlsplit(origin).netloc == headers["host"]
    )
    name = FORM_COOKIE if visit.visitor is None else SESSION_COOKIE
    cookie = visit.request.cookies.get(name, "")
    if not is_ours or not is_form_token(cookie, token):
        raise FormForged("The form is too old. Please go back, load the page again and retry.")


def words_of(problem: Problem) -> str:
    """Gives what to tell where a form is as short as a line: what is wrong, without the fields."""
    return " ".join(text for _, text in problem.field_violations) or problem.message


def _data_headers() -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in PRIVATE_DATA}


def attachment(file: HttpBody, file_name: str) -> Response:
    """Hands out a file, to be kept under a name."""
    headers = {**_data_headers(), "content-disposition": f'attachment; filename="{file_name}"'}
    return Response(file.data, 200, headers, file.content_type)


def refusal_of(error: Exception) -> Problem:
    """Gives what to tell beside a form; raises what is no refusal but a failure."""
    problem = problem_of(error)
    is_told = isinstance(error, Refusal) or bool(problem.reason)
    if is_told and problem.http_status in (400, 404, 409, 429):
        return problem
    raise error
