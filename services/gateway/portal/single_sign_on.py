"""Log-in by a company's own accounts: at the provider, and back."""

from __future__ import annotations

import hmac
from typing import Final

import grpc
from starlette.responses import RedirectResponse, Response

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.auth.openid import Attempt, Registration, SignOnFailed
from services.gateway.portal.login import SUSPENDED, logged_in, login_form, suspended_text
from services.gateway.portal.visit import Visit, drop_cookie, set_cookie
from services.gateway.rest.errors import problem_of
from services.kit.logging import get_logger
from veneer.tenancy.v1 import authentication_service_pb2 as pb

CALLBACK: Final = "/login/sign-on/callback"
_COOKIE: Final = "__Host-sign-on"
_NOBODY = (
    "Your company knows you, but nobody here has your e-mail address, or an owner has, who "
    "logs in with a password. Ask an administrator to invite you."
)
_LATE = "The log-in was begun elsewhere or has taken too long. Please try again."

log = get_logger(__name__)


async def go_to_provider(visit: Visit) -> Response:
    """Sends the browser to the provider."""
    attempt = Attempt.new(visit.request.query_params.get("next", "")[:500])
    try:
        address = await visit.portal.open_id.address(await _registration(visit), attempt)
    except SignOnFailed as failed:
        return _refused(visit, failed)
    response = RedirectResponse(address, 303, {"cache-control": "no-store"})
    set_cookie(response, _COOKIE, attempt.text)
    return response


async def come_back(visit: Visit) -> Response:
    """Lets in whom the provider vouches for."""
    asked = visit.request.query_params
    attempt = Attempt.from_text(visit.request.cookies.get(_COOKIE, ""))
    if attempt is None or not hmac.compare_digest(attempt.state, asked.get("state", "")):
        return login_form(visit, 400, problem=_LATE)
    try:
        if "code" not in asked:
            raise SignOnFailed("It did not let you in.")
        registration = await _registration(visit)
        email = await visit.portal.open_id.email(registration, attempt, asked["code"])
        cookie = await visit.portal.sessions.open_vouched(visit.site, email, visit.device)
        response = logged_in(visit, cookie, attempt.next_path)
    except SignOnFailed as failed:
        response = _refused(visit, failed)
    except (grpc.aio.AioRpcError, CredentialsInvalid) as error:
        problem = problem_of(error)
        if problem.reason == SUSPENDED:
            response = login_form(visit, 403, problem=suspended_text(visit))
        elif problem.http_status == 401:
            response = login_form(visit, 401, problem=_NOBODY)
        else:
            raise
    drop_cookie(response, _COOKIE)
    return response


async def _registration(visit: Visit) -> Registration:
    request = pb.ReadSingleSignOnRequest(tenant=visit.site.tenant)
    provider = await visit.services.authentication.ReadSingleSignOn(request)
    return Registration(
        provider.issuer, provider.client_id, provider.client_secret, visit.base_url + CALLBACK
    )


def _refused(visit: Visit, failed: SignOnFailed) -> Response:
    log.warning("single sign-on failed", tenant=visit.site.tenant_id, exc_info=failed)
    problem = f"Your company's log-in did not work. {failed} Try again, or use a password."
    return login_form(visit, 502, problem=problem)
