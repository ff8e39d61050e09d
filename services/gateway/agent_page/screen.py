"""The dialer's agent page and what its scripts ask, for agents with a session of ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

import grpc
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.agent_page.checking import Asked, FieldRefused, checked
from services.gateway.agent_page.doors import AGENT_COOKIE, DOOR
from services.gateway.agent_page.names import names_product, with_names
from services.gateway.agent_page.paths import BASE, PAGE, SCRIPTS, is_image
from services.gateway.agent_page.rewriting import Around, has_session, rewritten
from services.gateway.agent_page.sealing import Seal
from services.gateway.agent_page.seats import Seated, SeatKeeper
from services.gateway.auth.hosts import HostUnknown, Site
from services.gateway.http.headers import PRIVATE_DATA, agent_page
from services.gateway.partners.agent_page import AgentPage, AgentPageAway
from services.gateway.portal.brand import brand_icon, brand_logo
from services.gateway.portal.handling import neutral_not_found
from services.gateway.portal.visit import Portal, Visit
from services.gateway.rest.errors import HttpRefusal, problem_of
from services.kit.errors import Kind
from services.kit.logging import get_logger

_FIELDS_MAX: Final = 100
_BYTES_MAX: Final = 64 * 1024
_REFUSED: Final = "This is not open to you.\n"
_LOG_OUT: Final = "userLOGout"
# What the page asks its browser for before it is shown.
_WINDOW: Final = {"JS_browser_height": "900", "JS_browser_width": "1400"}

log = get_logger(__name__)


class AgentPageShut(HttpRefusal):
    """The dialer did not let the agent in, though its log-in is right."""

    kind = Kind.FAILED_PRECONDITION
    reason = "AGENT_PAGE_SHUT"
    http_status = 409


class Screen:
    """The proxy."""

    def __init__(self, portal: Portal, keeper: SeatKeeper, pages: AgentPage) -> None:
        self._portal, self._keeper, self._pages = portal, keeper, pages

    async def show(self, visit: Visit) -> Response:
        """Logs the agent in at the dialer and shows its page."""
        seated = await self._seated(visit.site, visit.request)
        if seated is None or not seated.session.campaign:
            return visit.go_to(DOOR)
        seat, campaign = seated.seat, seated.session.campaign
        if all(choice.dialer_campaign != campaign for choice in seat.choices):
            return visit.go_to(DOOR)
        login = {
            "phone_login": seat.phone_login,
            "phone_pass": seat.phone_password,
            "VD_login": seat.user,
            "VD_pass": seat.password,
            "VD_campaign": campaign,
            **_WINDOW,
        }
        text = await self._pages.text(PAGE, login)
        if not has_session(text):
            log.warning("the dialer let an agent not in", agent=seat.agent)
            raise AgentPageShut("You cannot be logged in just now. Please try again in a minute.")
        content = rewritten(text, _around(visit.site, seated), is_page=True)
        headers = agent_page(f"{visit.base_url}{BASE}")
        return Response(content, 200, _listed(headers), "text/html; charset=utf-8")

    async def answer(self, request: Request) -> Response:
        """Answers a script of the page, or one of its pictures."""
        host = request.headers.get("host", "")
        try:
            site = await self._portal.hosts.site_at(host.encode("latin-1"))
            seated = await self._seated(site, request)
            if seated is None:
                return _text(401, "Please log in.\n")
            path = request.path_params["path"]
            if request.method == "GET":
                return await self._picture(Visit(request, self._portal, site, None), path)
            if path not in SCRIPTS or not _is_ours(request):
                return _text(403, _REFUSED)
            return await self._ask(site, seated, request, SCRIPTS[path])
        except HostUnknown:
            return neutral_not_found()
        except AgentPageAway:
            return _text(503, "One moment, please.\n")
        except grpc.aio.AioRpcError as error:
            problem = problem_of(error)
            return _text(problem.http_status, problem.message + "\n")

    async def _ask(self, site: Site, seated: Seated, request: Request, script: str) -> Response:
        asked = Asked(Seal(seated.session.key), seated.seat, seated.session.campaign)
        try:
            fields = checked(script, await _fields(request), asked)
            await self._check_lead(site, fields.get("lead_id", ""))
        except FieldRefused as refused:
            log.warning(
                "an agent's field is refused",
                agent=seated.session.agent, script=script, field=refused.field,
            )  # fmt: skip
            return _text(403, _REFUSED)
        text = await self._pages.text(script, fields)
        if fields["ACTION"] == _LOG_OUT:
            await self._keeper.close(site, seated)
        return _text(200, rewritten(text, _around(site, seated), is_page=False))

    async def _check_lead(self, site: Site, number: str) -> None:
        if not number.strip("0"):
            return
        try:
            await self._keeper.check_lead(site, int(number))
        except grpc.aio.AioRpcError as error:
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise
            raise FieldRefused("lead_id") from None

    async def _picture(self, visit: Visit, path: str) -> Response:
        known = with_names(path)
        if not is_image(known):
            return _text(404, "There is nothing at this path.\n")
        if names_product(known):
            return await (brand_logo if visit.site.brand.logo else brand_icon)(visit)
        picture = await self._pages.picture(known)
        return Response(picture.content, 200, _listed(PRIVATE_DATA), picture.media_type)

    async def _seated(self, site: Site, request: Request) -> Seated | None:
        return await self._keeper.seated(site, request.cookies.get(AGENT_COOKIE, ""))


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form; raises FieldRefused if one is there twice, which each would read
    its own way."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded" or len(body) > _BYTES_MAX:
        raise FieldRefused("form")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX
        )
    except ValueError:
        raise FieldRefused("form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or request.url.query:
        raise FieldRefused("form")
    return fields


def _is_ours(request: Request) -> bool:
    headers = request.headers
    origin = headers.get("origin")
    return headers.get("sec-fetch-site", "same-origin") == "same-origin" and (
        origin is None or urlsplit(origin).netloc == headers["host"]
    )


def _around(site: Site, seated: Seated) -> Around:
    seat = seated.seat
    seal = Seal(seated.session.key)
    return Around(seal, seat.password, seat.phone_password, site.brand.display_name)


def _text(status: int, text: str) -> Response:
    return Response(text, status, _listed(PRIVATE_DATA), "text/plain; charset=utf-8")


def _listed(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers}
