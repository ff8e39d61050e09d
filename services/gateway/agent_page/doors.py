"""The pages of ours before the agent page: log-in, choice of a campaign, log-out."""

from __future__ import annotations

import secrets
from typing import Any, Final

import grpc
from starlette.responses import Response

from services.gateway.agent_page.paths import BASE, PAGE, PUBLIC_NAMES
from services.gateway.agent_page.seats import AgentLoginTooShort, Seated, SeatKeeper
from services.gateway.auth.forgery import form_token
from services.gateway.portal.handling import form_of
from services.gateway.portal.visit import (
    FORM_COOKIE,
    SESSION_COOKIE,
    Visit,
    drop_cookie,
    set_cookie,
)
from services.gateway.rest.errors import problem_of

AGENT_COOKIE: Final = "__Host-agent"
DOOR: Final = "/agent"
_TEXT_LENGTH_MAX: Final = 100
_WRONG: Final = "The agent's id or the password is not right."
_NOT_YOURS: Final = "Please choose one of your campaigns."


class Doors:
    """What an agent sees of us."""

    def __init__(self, keeper: SeatKeeper) -> None:
        self._keeper = keeper

    async def show(self, visit: Visit) -> Response:
        """Shows the log-in, or what an agent that is logged in may choose from."""
        seated = await self._seated(visit)
        return _login(visit, 200) if seated is None else _choice(visit, 200, seated)

    async def log_in(self, visit: Visit) -> Response:
        """Opens a session, or shows the form again with what was wrong."""
        form = await form_of(visit)
        agent_id = form.get("agent_id", "").strip()[:_TEXT_LENGTH_MAX]
        password = form.get("password", "").strip()[:_TEXT_LENGTH_MAX]
        if not agent_id or not password:
            return _login(visit, 400, agent_id, "Please enter both.")
        try:
            cookie = await self._keeper.open(visit.site, agent_id, password)
        except (grpc.aio.AioRpcError, AgentLoginTooShort) as error:
            problem = problem_of(error)
            if problem.http_status == 401 or problem.reason == "INVALID_REQUEST":
                return _login(visit, 401, agent_id, _WRONG)
            if problem.http_status != 400:
                raise
            return _login(visit, 409, agent_id, problem.message)
        response = visit.go_to(DOOR)
        set_cookie(response, AGENT_COOKIE, cookie)
        return response

    async def start(self, visit: Visit) -> Response:
        """Takes a campaign, and sends the agent to the agent page."""
        seated = await self._seated(visit)
        if seated is None:
            return visit.go_to(DOOR)
        wanted = (await form_of(visit)).get("campaign", "")
        for choice in seated.seat.choices:
            if choice.campaign == f"{visit.site.tenant}/campaigns/{wanted}":
                await self._keeper.choose(visit.site, seated, choice.dialer_campaign)
                return visit.go_to(BASE + PUBLIC_NAMES[PAGE])
        return _choice(visit, 400, seated, _NOT_YOURS)

    async def log_out(self, visit: Visit) -> Response:
        """Ends the session for good, here and in the dialer."""
        seated = await self._seated(visit)
        if seated is not None:
            await self._keeper.close(visit.site, seated)
        response = visit.go_to(DOOR)
        drop_cookie(response, AGENT_COOKIE)
        return response

    async def _seated(self, visit: Visit) -> Seated | None:
        cookie = visit.request.cookies.get(AGENT_COOKIE, "")
        return await self._keeper.seated(visit.site, cookie)


def _login(visit: Visit, status: int, agent_id: str = "", problem: str = "") -> Response:
    return _page(visit, "client/agent_login.html", status, agent_id=agent_id, problem=problem)


def _choice(visit: Visit, status: int, seated: Seated, problem: str = "") -> Response:
    choices = [
        (choice.campaign.rpartition("/")[2], choice.display_name) for choice in seated.seat.choices
    ]
    name = seated.seat.display_name
    return _page(
        visit, "client/agent_start.html", status, choices=choices, name=name, problem=problem
    )


def _page(visit: Visit, template: str, status: int, **context: Any) -> Response:
    """Forms for who has a session at the portal, and for who has none."""
    name = FORM_COOKIE if visit.visitor is None else SESSION_COOKIE
    known = visit.request.cookies.get(name, "")
    cookie = known or secrets.token_urlsafe(24)
    response = visit.page(template, status, **{**context, "form_token": form_token(cookie)})
    if not known:
        set_cookie(response, FORM_COOKIE, cookie)
    return response
