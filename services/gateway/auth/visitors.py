"""People at the door, and how long they may stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.gateway.auth.callers import Caller


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts unused, and at most."""

    idle: timedelta = timedelta(hours=2)
    absolute: timedelta = timedelta(hours=12)


USUAL_LIMITS: Final = SessionLimits()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a session."""

    caller: Caller
    display_name: str
    # Names the session; it cannot be told from this what its cookie is.
    session_id: str
    # The access that support looks by, and its end; nothing of the tenant's own people.
    support_access: str = ""
    support_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A log-in that has not ended; its last use is told to the minute."""

    session_id: str
    device: str
    create_time: datetime
    use_time: datetime


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a right password gives: a session's cookie, or what a second step is made with."""

    cookie: str = ""
    second_step_token: str = ""
