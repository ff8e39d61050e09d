"""A client's own host names, in its portal."""

from __future__ import annotations

from starlette.responses import Response

from services.gateway.portal.host_names import (
    Place,
    ask_for_host_name,
    check_host_name,
    remove_host_name,
    show_host_names,
)
from services.gateway.portal.visit import Visit


async def host_names(visit: Visit) -> Response:
    """Shows them."""
    return await show_host_names(visit, _place(visit))


async def ask(visit: Visit) -> Response:
    """Asks for one."""
    return await ask_for_host_name(visit, _place(visit))


async def check(visit: Visit) -> Response:
    """Lets the record of one be looked for now."""
    return await check_host_name(visit, _place(visit))


async def remove(visit: Visit) -> Response:
    """Takes one back."""
    return await remove_host_name(visit, _place(visit))


def _place(visit: Visit) -> Place:
    return Place(visit.site.tenant, "/host-names", "client/host_names.html", {})
