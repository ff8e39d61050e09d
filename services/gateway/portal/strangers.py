"""Pages with a form for people who have not logged in."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from services.gateway.auth.forgery import form_token
from services.gateway.portal.visit import FORM_COOKIE, Visit, set_cookie


def stranger_page(visit: Visit, template: str, status: int, **context: Any) -> Response:
    """Renders a page whose form bears a token of a cookie of its own; a visitor's bears its own."""
    if visit.visitor is not None:
        return visit.page(template, status, **context)
    known = visit.request.cookies.get(FORM_COOKIE, "")
    cookie = known or secrets.token_urlsafe(24)
    response = visit.page(template, status, form_token=form_token(cookie), **context)
    if not known:
        set_cookie(response, FORM_COOKIE, cookie)
    return response
