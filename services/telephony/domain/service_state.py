"""Whether a tenant may dial."""

from __future__ import annotations

from services.kit.errors import Kind, Refusal
from services.telephony.domain.provisioning.blocking import ServiceState, State


class OutboundStopped(Refusal):
    """The tenant may not begin anything new, or not dial at all."""

    kind = Kind.FAILED_PRECONDITION
    reason = "OUTBOUND_STOPPED"


class DialerNotReady(Refusal):
    """The tenant has nothing in the dialer yet."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DIALER_NOT_READY"


def check_may_begin(service: ServiceState) -> None:
    """Refuses with OUTBOUND_STOPPED while nothing new may begin."""
    if service.state is not State.ACTIVE:
        raise OutboundStopped("Nothing new can be begun at the moment.")


def check_may_dial(service: ServiceState) -> None:
    """Refuses with OUTBOUND_STOPPED while no call may leave."""
    if not service.lets_calls_out:
        raise OutboundStopped("No calls can be placed at the moment.")


def check_may_work(service: ServiceState) -> None:
    """Refuses with OUTBOUND_STOPPED while no agent may log in."""
    if not service.lets_agents_in:
        raise OutboundStopped("Nobody can log in at the moment.")
