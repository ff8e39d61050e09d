"""What each state of a tenant's service switches off in the dialer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.telephony.domain.provisioning.objects import Kind


class State(StrEnum):
    """How much a tenant may do; each forbids what the one before does, and more."""

    ACTIVE = "ACTIVE"
    NO_NEW_CAMPAIGNS = "NO_NEW_CAMPAIGNS"
    OUTBOUND_BLOCKED = "OUTBOUND_BLOCKED"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What was asked for a tenant; the dialer has it when `applied_version` is `version`."""

    tenant_id: str
    state: State = State.ACTIVE
    reason: str = ""
    keep_inbound: bool = False
    version: int = 0
    applied_version: int = 0
    change_time: datetime | None = None
    apply_time: datetime | None = None

    @property
    def lets_calls_out(self) -> bool:
        """Whether a new outbound call may leave."""
        return self.state in (State.ACTIVE, State.NO_NEW_CAMPAIGNS)

    @property
    def lets_agents_in(self) -> bool:
        """Whether agents may log in."""
        return self.state is not State.SUSPENDED

    @property
    def held_kinds(self) -> tuple[Kind, ...]:
        """The kinds of objects that are switched off, in the order in which that is done."""
        match self.state:
            case State.OUTBOUND_BLOCKED:
                return (Kind.CAMPAIGN,)
            case State.SUSPENDED if self.keep_inbound:
                return (Kind.CAMPAIGN, Kind.USER)
            case State.SUSPENDED:
                return (Kind.CAMPAIGN, Kind.USER, Kind.DID)
            case _:
                return ()
