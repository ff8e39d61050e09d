"""One request of a person: at whose portal, by whom, and what pages are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.auth.callers import Caller, CredentialsInvalid
from services.gateway.auth.forgery import form_token
from services.gateway.auth.hosts import Hosts, Site
from services.gateway.auth.openid import OpenId
from services.gateway.auth.sessions import SessionKeeper
from services.gateway.auth.visitors import Visitor
from services.gateway.http.asgi import client_address
from services.gateway.http.headers import PRIVATE_PAGE
from services.gateway.partners.services import Services
from services.gateway.portal.brand import brand_digest
from services.gateway.portal.calendar import Zones
from services.gateway.portal.menu import ENDED_MENU, Menu, allowed, leads_to, section_of
from services.gateway.portal.rendering import Renderer
from services.gateway.portal.streams import Streams
from services.gateway.rest.openapi import OpenApi

# The prefix makes browsers refuse the cookie from any other host, whatever it says.
SESSION_COOKIE = "__Host-session"
FORM_COOKIE = "__Host-form"
# Bears a log-in from the password to the code; by itself it opens nothing.
SECOND_STEP_COOKIE = "__Host-second-step"

_PAGE_HEADERS = {name.decode(): value.decode() for name, value in PRIVATE_PAGE}


@dataclass(frozen=True, slots=True)
class Portal:
    """What the pages of one listener need."""

    services: Services
    hosts: Hosts
    sessions: SessionKeeper
    zones: Zones
    renderer: Renderer
    open_api: OpenApi
    menu: Menu
    streams: Streams
    open_id: OpenId
    has_agents: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at a site that is somebody's; `visitor` is None for who has not logged in.

    `is_streamed` is one for a page that is sent again whenever it has changed.
    """

    request: Request
    portal: Portal
    site: Site
    visitor: Visitor | None
    is_streamed: bool = False

    @property
    def services(self) -> Services:
        """The stubs."""
        return self.portal.services

    @property
    def caller(self) -> Caller:
        """In whose name the page is made; refuses with CREDENTIALS_INVALID for a stranger."""
        if self.visitor is None:
            raise CredentialsInvalid
        return self.visitor.caller

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Proves to the other services in whose name the page is made."""
        return self.caller.metadata

    @property
    def device(self) -> str:
        """What the browser calls itself."""
        return self.request.headers.get("user-agent", "")

    @property
    def network_address(self) -> str:
        """Where the request came from, as the edge saw it."""
        return client_address(self.request.scope)

    @property
    def is_fragment(self) -> bool:
        """Tells whether a script asks for a part of a page that is there already."""
        return self.is_streamed or self.request.headers.get("hx-request") == "true"

    @property
    def base_url(self) -> str:
        """What stands before every path, as the visitor sees it."""
        return f"https://{self.request.headers['host']}"

    @property
    def menu(self) -> Menu:
        """What pages there are, whoever may see them."""
        if self.visitor is not None and self.visitor.caller.needs_second_factor:
            return ()
        return ENDED_MENU if self.site.has_ended else self.portal.menu

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """Renders a page or a part of one."""
        cookie = self.request.cookies.get(SESSION_COOKIE, "")
        menu = allowed(self.menu, self.visitor.caller.permissions) if self.visitor else ()
        shared = {
            "site": self.site,
            "brand": self.site.brand,
            "brand_digest": brand_digest(self.site.brand),
            "visitor": self.visitor,
            "menu": menu,
            "section": section_of(menu, self.request.url.path),
            "path": self.request.url.path,
            # Whether a page of the menu is for who reads; strangers are not known yet.
            "leads_to": lambda path: (
                self.visitor is None or leads_to(menu, self.menu, path.partition("#")[0])
            ),
            "form_token": form_token(cookie) if self.visitor else "",
            "fragment": self.is_fragment,
        }
        text = self.portal.renderer.render(template, {**shared, **context})
        return Response(text, status, dict(_PAGE_HEADERS), "text/html; charset=utf-8")

    def go_to(self, path: str) -> Response:
        """Sends the browser on with a GET."""
        return RedirectResponse(path, 303, dict(_PAGE_HEADERS))


def set_cookie(response: Response, name: str, value: str) -> None:
    """Sets a cookie for this host alone, unseen by scripts, until the browser is closed."""
    response.set_cookie(name, value, secure=True, httponly=True, samesite="lax", path="/")


def drop_cookie(response: Response, name: str) -> None:
    """Makes the browser forget a cookie."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="lax", path="/")
