"""The calls of a tenant that are up, in the tenant's own names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.partners.dialer.live_tables import CallRow, LiveTables
from services.telephony.store import TelephonyStore

_NOT_DIGITS: Final = re.compile(r"[^0-9]")


class CallState(StrEnum):
    """What a call does."""

    DIALING = "DIALING"
    RINGING = "RINGING"
    QUEUED = "QUEUED"
    CONNECTED = "CONNECTED"
    ENDING = "ENDING"


_STATES: Final = {
    "SENT": CallState.DIALING,
    "RINGING": CallState.RINGING,
    "LIVE": CallState.QUEUED,
    "IVR": CallState.QUEUED,
    "XFER": CallState.CONNECTED,
    "CLOSER": CallState.CONNECTED,
    "PAUSED": CallState.CONNECTED,
    "BUSY": CallState.ENDING,
    "DISCONNECT": CallState.ENDING,
}


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call; `number` orders calls, `campaign` is a resource name or empty."""

    number: int
    state: CallState
    is_inbound: bool
    phone_number: str
    campaign: str
    start_time: datetime | None


async def list_live_calls(
    db: Database[TelephonyStore], live: LiveTables | None, tenant_id: str
) -> list[LiveCall]:
    """Gives all calls of the tenant's campaigns and groups, in the order in which they began.

    Refuses with TEMPORARILY_UNAVAILABLE while the dialer can't be asked.
    """
    async with db.read(tenant_id) as store:
        code = await store.dialer_tenants.find(tenant_id)
        callers = await _callers(store, tenant_id)
        names = {
            code.campaign(each.number): f"tenants/{tenant_id}/campaigns/{each.campaign_id}"
            for each in (await store.campaigns.all(tenant_id) if code else [])
            if code
        }
    now = db.clock.now()
    rows = await _rows(live, callers)
    return [_call(row, names.get(row.campaign, ""), now) for row in rows]


async def count_live_calls(
    db: Database[TelephonyStore], live: LiveTables | None, tenant_id: str
) -> int:
    """Gives how many calls of the tenant's are up.

    Refuses with TEMPORARILY_UNAVAILABLE while the dialer can't be asked.
    """
    async with db.read(tenant_id) as store:
        callers = await _callers(store, tenant_id)
    return len(await _rows(live, callers))


async def _callers(store: TelephonyStore, tenant_id: str) -> list[str]:
    """Gives the campaigns and groups whose calls are the tenant's."""
    known = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN, Kind.IN_GROUP])
    return [each.object_id for each in known]


async def _rows(live: LiveTables | None, callers: Sequence[str]) -> list[CallRow]:
    if not callers:
        return []
    if live is None:
        raise Unavailable
    return await live.calls(callers)


def _call(row: CallRow, campaign: str, now: datetime) -> LiveCall:
    return LiveCall(
        number=row.number,
        state=_STATES.get(row.status, CallState.CONNECTED),
        is_inbound=row.call_type == "IN",
        phone_number=_NOT_DIGITS.sub("", row.phone_code + row.phone_number),
        campaign=campaign,
        start_time=now - timedelta(seconds=row.seconds) if row.seconds is not None else None,
    )
