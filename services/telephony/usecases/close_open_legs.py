"""Ends legs that nobody will tell the end of, by a policy, and says so on them."""

from __future__ import annotations

from services.kit.logging import get_logger
from services.kit.telemetry import counter
from services.telephony.domain.journal import PlacedLeg
from services.telephony.domain.leg import LegState
from services.telephony.domain.open_leg import ClosingPolicy, HostLife, OpenLeg, closed, ended
from services.telephony.store import TelephonyStore

LEGS_MAX = 1000

log = get_logger(__name__)
_closed = counter(
    "telephony.open_legs.closed", "{leg}", "Legs that were ended by estimate, by reason."
)


async def close_open_legs(
    store: TelephonyStore, host: tuple[str, str], life: HostLife, policy: ClosingPolicy
) -> int:
    """Closes those of a host's open legs that are over; returns how many.

    Waits for a chunk of the host that is being taken, in which their lines may be.
    """
    cluster, name = host
    await store.journals.lock(cluster, name)
    count = 0
    for leg in await store.open_legs.open_of_host(cluster, name, LEGS_MAX):
        found = closed(leg, life, policy, store.scope.time)
        if found is None:
            continue
        reason, end_time_millis = found
        await _add(store, leg, end_time_millis)
        await store.open_legs.close(leg, reason, end_time_millis)
        _closed.add(1, {"reason": reason.value.lower()})
        log.warning("a leg was ended by estimate", cluster=cluster, host=name,
                    uniqueid=leg.answer.uniqueid, reason=reason.value)  # fmt: skip
        count += 1
    return count


async def _add(store: TelephonyStore, leg: OpenLeg, end_time_millis: int) -> None:
    code = leg.answer.route_code
    is_assigned = code in await store.journals.assigned([code])
    state = LegState.PENDING if is_assigned else LegState.UNASSIGNED
    placed = PlacedLeg(ended(leg, end_time_millis), leg.byte_offset)
    await store.journals.add_legs(leg.journal, [(placed, state)])
