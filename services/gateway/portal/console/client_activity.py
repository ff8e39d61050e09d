"""What was changed in a client's account, and by whom."""

from __future__ import annotations

from starlette.responses import Response

from services.gateway.portal.activity import Log, send_log, show_log
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.visit import Visit


async def client_activity(visit: Visit) -> Response:
    """Shows the log of the client of the path, with who of the operator's people it was."""
    client = await get_client(visit)
    path = f"/clients/{client.name.removeprefix('tenants/')}/activity"
    return await show_log(visit, Log(client.name, path, "Activity", client.display_name))


async def client_activity_file(visit: Visit) -> Response:
    """Hands the log out as the client would have it."""
    return await send_log(visit, tenant_name(visit))
