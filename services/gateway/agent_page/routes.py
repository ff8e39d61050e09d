"""Which of it is at which path of a client's host."""

from __future__ import annotations

from starlette.routing import Route

from services.gateway.agent_page.doors import DOOR, Doors
from services.gateway.agent_page.paths import BASE, PAGE, PUBLIC_NAMES
from services.gateway.agent_page.screen import Screen
from services.gateway.agent_page.seats import SeatKeeper
from services.gateway.partners.agent_page import AgentPage
from services.gateway.portal.handling import for_everybody
from services.gateway.portal.visit import Portal


def agent_routes(portal: Portal, keeper: SeatKeeper, pages: AgentPage) -> tuple[Route, ...]:
    """Gives the routes; everything that is not among them is not there."""
    doors, screen = Doors(keeper), Screen(portal, keeper, pages)
    own = (
        ("GET", DOOR, doors.show),
        ("POST", f"{DOOR}/login", doors.log_in),
        ("POST", f"{DOOR}/start", doors.start),
        ("POST", f"{DOOR}/logout", doors.log_out),
        ("GET", BASE + PUBLIC_NAMES[PAGE], screen.show),
    )
    return (
        *(Route(path, for_everybody(portal, page), methods=[way]) for way, path, page in own),
        Route(BASE + "{path:path}", screen.answer, methods=["GET", "POST"]),
    )
