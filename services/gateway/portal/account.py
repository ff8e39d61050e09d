"""One's own account: where one is logged in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response

from services.gateway.portal.devices import device_name
from services.gateway.portal.handling import form_of
from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import email_change_service_pb2 as email_pb
from veneer.tenancy.v1 import second_factor_service_pb2 as pb

_PATH: Final = "/account"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the page says of one's second factor."""

    is_on: bool
    is_required: bool
    codes_left: int
    since: Timestamp


async def account(visit: Visit) -> Response:
    """Shows where one is logged in, and lets one end that."""
    return await account_page(visit, {})


async def account_page(
    visit: Visit, wrong: dict[str, str], typed: dict[str, str] | None = None
) -> Response:
    """Shows the page, with what was wrong, and typed, by the names of fields."""
    user = visit.caller.subject
    address, found, factor, zone = await asyncio.gather(
        visit.services.email_changes.ReadEmailAddress(email_pb.ReadEmailAddressRequest(user=user)),
        visit.portal.sessions.list_of(visit.site, user),
        _second_factor(visit),
        visit.portal.zones.of(visit.site.tenant),
    )
    sessions = [
        (each.session_id, device_name(each.device), _stamp(each.create_time), _stamp(each.use_time))
        for each in found
    ]
    return visit.page(
        "account.html",
        400 if wrong else 200,
        wrong=wrong,
        typed=typed or {},
        address=address,
        done=visit.request.query_params.get("done", ""),
        title="Your account",
        sessions=sessions,
        factor=factor,
        here=visit.visitor.session_id if visit.visitor else "",
        zone=zone,
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


async def _second_factor(visit: Visit) -> SecondFactor:
    request = pb.ReadSecondFactorRequest(user=visit.caller.subject)
    shown = await visit.services.second_factors.ReadSecondFactor(request)
    return SecondFactor(
        is_on=shown.state == pb.ReadSecondFactorResponse.ON,
        is_required=shown.is_required,
        codes_left=shown.recovery_code_count,
        since=shown.confirm_time,
    )


def _stamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
