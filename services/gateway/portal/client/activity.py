"""What was changed in the account, and by whom."""

from __future__ import annotations

from starlette.responses import Response

from services.gateway.portal.activity import Log, send_log, show_log
from services.gateway.portal.visit import Visit


async def activity(visit: Visit) -> Response:
    """Shows the tenant's own log; the operator's in the console."""
    return await show_log(visit, Log(visit.site.tenant, "/activity", "Activity"))


async def activity_file(visit: Visit) -> Response:
    """Hands the log out as a file."""
    return await send_log(visit, visit.site.tenant)
