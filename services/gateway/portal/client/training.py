"""Training: what agents, supervisors and administrators need to know, in the client's brand.

Open to everybody at the client's host: agents have no log-in to the portal.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from services.gateway.portal.visit import Visit
from services.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Guide:
    """A page of training; its topics are the headings that it has, by their ids."""

    guide_id: str
    title: str
    summary: str
    topics: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/training/{self.guide_id}"


GUIDES = (
    Guide(
        "agents",
        "For agents",
        "Log in, take calls, say how they went.",
        (
            ("log-in", "How to log in"),
            ("calls", "Taking calls"),
            ("result", "Saying how a call went"),
            ("pause", "Pauses, and the end of the day"),
            ("trouble", "If something does not work"),
        ),
    ),
    Guide(
        "supervisors",
        "For supervisors",
        "Campaigns, leads, agents, and what comes of them.",
        (
            ("campaigns", "How to create campaigns"),
            ("leads", "How to upload leads"),
            ("agents", "How to add agents"),
            ("day", "Following the day"),
            ("reports", "How to view reports"),
            ("do-not-call", "People who must not be called"),
        ),
    ),
    Guide(
        "admins",
        "For administrators",
        "Your team, numbers, programs, and how billing works.",
        (
            ("first-day", "The first day"),
            ("team", "Letting your team in"),
            ("numbers", "Your numbers"),
            ("billing", "How billing works"),
            ("programs", "Connecting your own programs"),
            ("safety", "Keeping your account safe"),
        ),
    ),
)
_BY_ID = {guide.guide_id: guide for guide in GUIDES}


async def training(visit: Visit) -> Response:
    """Shows which guides there are."""
    return visit.page("client/training/overview.html", title="Training", guides=GUIDES)


async def guide(visit: Visit) -> Response:
    """Shows one guide."""
    found = _BY_ID.get(visit.request.path_params["guide"])
    if found is None:
        raise NotFound(resource=visit.request.path_params["guide"])
    return visit.page(
        f"client/training/{found.guide_id}.html", title=found.title, guide=found, guides=GUIDES
    )
