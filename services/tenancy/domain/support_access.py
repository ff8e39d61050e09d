"""A look of the operator's staff at a client's account: for what, for how long, and its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.changes import Facts, time_text
from services.kit.errors import InvalidRequest, Kind, Refusal
from services.tenancy.domain.permission import CLIENT_PERMISSIONS

LIFE_USUAL: Final = timedelta(hours=1)
LINK_LIFE: Final = timedelta(minutes=2)
_LIFE_MIN: Final = timedelta(minutes=5)
_LIFE_MAX: Final = timedelta(hours=8)
_REASON_LENGTH_MAX: Final = 300

# To look, and not at what is other people's voices, nor at the client's whole data in one file.
PERMISSIONS: Final = frozenset(each for each in CLIENT_PERMISSIONS if each.endswith(".read")) - {
    "cancellation.read",
    "recordings.read",
}


class SupportNotAllowed(Refusal):
    """Somebody may not look at a client's account."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SUPPORT_NOT_ALLOWED"


class State(StrEnum):
    """How an access stands."""

    OPEN = "OPEN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class SupportAccess:
    """An access; `staff` is the resource name of who has it."""

    tenant_id: str
    access_id: str
    staff: str
    reason: str = field(repr=False)
    create_time: datetime
    expire_time: datetime
    begin_time: datetime | None = None
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/supportAccesses/{self.access_id}"

    @property
    def facts(self) -> Facts:
        """What the client's log keeps of it."""
        return {"reason": self.reason, "until": time_text(self.expire_time)}

    @property
    def proof(self) -> str:
        """What its link is bound to: it is good until it was used."""
        return f"{self.name}\0{self.begin_time or ''}"

    def state_at(self, now: datetime) -> State:
        """How it stands at an instant."""
        if self.end_time is not None:
            return State.ENDED
        return State.OPEN if now < self.expire_time else State.EXPIRED


def checked_reason(reason: str) -> str:
    """Gives what an access is for, on one line; refuses an empty one and one that is too long."""
    trimmed = " ".join(reason.split())
    if not 1 <= len(trimmed) <= _REASON_LENGTH_MAX:
        raise InvalidRequest.at("support_access.reason", "Must have 1 to 300 characters.")
    return trimmed


def checked_life(life: timedelta) -> timedelta:
    """Gives how long an access lasts, an hour if nothing was said; refuses what is too long."""
    wanted = life or LIFE_USUAL
    if not _LIFE_MIN <= wanted <= _LIFE_MAX:
        raise InvalidRequest.at("support_access.ttl", "Must be 5 minutes to 8 hours.")
    return wanted
