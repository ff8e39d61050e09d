"""One's own account: where one is logged in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response

from services.gateway.portal.devices import device_name
from services.gateway.portal.handling import form_of
from services.gateway.portal.visit import Visit

_PATH: Final = "/account"


async def account(visit: Visit) -> Response:
    """Shows where one is logged in, and lets one end that."""
    return await account_page(visit, {})


async def account_page(visit: Visit, wrong: dict[str, str]) -> Response:
    """Shows the page, with what was wrong by the names of fields."""
    found = await visit.portal.sessions.list_of(visit.site, visit.caller.subject)
    sessions = [
        (each.session_id, device_name(each.device), _stamp(each.create_time), _stamp(each.use_time))
        for each in found
    ]
    return visit.page(
        "account.html",
        400 if wrong else 200,
        wrong=wrong,
        is_changed=visit.request.query_params.get("done") == "password",
        title="Your account",
        sessions=sessions,
        here=visit.visitor.session_id if visit.visitor else "",
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def end_sessions(visit: Visit) -> Response:
    """Ends one session, or all but this one."""
    form = await form_of(visit)
    assert visit.visitor is not None, "strangers are sent to the log-in"
    await visit.portal.sessions.end(
        visit.site,
        visit.caller.subject,
        session_id=form.get("session", ""),
        kept=visit.visitor.session_id,
    )
    return visit.go_to(_PATH)


def _stamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
