"""A client's own host name: how its proof, its certificate and its service follow on each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.errors import InvalidRequest, Kind, Refusal

PROOF_LABEL: Final = "_host-proof"
EXPIRES_AFTER: Final = timedelta(days=7)
# A proof counts that is seen twice, so far apart: one answer alone may be forged or stale.
SEEN_AGAIN_AFTER: Final = timedelta(seconds=30)
NOTE_LENGTH_MAX: Final = 300
_WAIT_FIRST, _WAIT_MAX = timedelta(seconds=15), timedelta(minutes=10)
# However often somebody asks for a look.
_BETWEEN_LOOKS: Final = timedelta(seconds=5)


class State(StrEnum):
    """How far a host name is."""

    PENDING = "PENDING"
    PROVED = "PROVED"
    CERTIFICATE_PENDING = "CERTIFICATE_PENDING"
    ACTIVE = "ACTIVE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    REMOVED = "REMOVED"


class Failure(StrEnum):
    """Why it came to nothing."""

    IN_USE = "IN_USE"
    PROOF_GONE = "PROOF_GONE"
    CERTIFICATE_REFUSED = "CERTIFICATE_REFUSED"


class Finding(StrEnum):
    """What a look at the record finds."""

    FOUND = "FOUND"
    MISSING = "MISSING"
    DIFFERENT = "DIFFERENT"
    NO_ANSWER = "NO_ANSWER"


# Whose it is, is settled: nobody else gets it while it is so.
HELD: Final = (State.PROVED, State.CERTIFICATE_PENDING, State.ACTIVE)
OPEN: Final = (State.PENDING, *HELD)


class HostNameStateForbids(Refusal):
    """The host name is in no state in which this can be done."""

    kind = Kind.FAILED_PRECONDITION
    reason = "HOST_NAME_STATE_FORBIDS"


@dataclass(frozen=True, slots=True)
class OwnHostName:
    """A host name. `lease` counts who has taken it up: what an earlier one finds is not kept.

    `next_look_time` is None while nobody need look.
    """

    host_name_id: str
    tenant_id: str
    host: str
    token: str
    state: State
    create_time: datetime
    next_look_time: datetime | None
    looks: int = 0
    lease: int = 0
    finding: Finding | None = None
    look_time: datetime | None = None
    failure: Failure | None = None
    certificate_time: datetime | None = None
    certificate_note: str = ""
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/hostNames/{self.host_name_id}"

    @property
    def proof_record(self) -> str:
        """The name of the TXT record that proves whose it is."""
        return f"{PROOF_LABEL}.{self.host}"

    @property
    def proof_value(self) -> str:
        """What that record says."""
        return f"host-proof={self.token}"

    @property
    def expire_time(self) -> datetime:
        """Until when the record is looked for."""
        return self.create_time + EXPIRES_AFTER

    @property
    def is_looked_for(self) -> bool:
        """Whether its record is looked at by and by."""
        return self.next_look_time is not None


def after_look(looked: OwnHostName, finding: Finding, now: datetime) -> OwnHostName:
    """Gives what becomes of a host name when its record has been looked at."""
    seen = replace(looked, finding=finding, look_time=now, looks=looked.looks + 1)
    if finding is Finding.FOUND:
        return _proved(seen, now)
    if seen.state is State.CERTIFICATE_PENDING and finding is not Finding.NO_ANSWER:
        return failed(seen, Failure.PROOF_GONE, now)
    if seen.state is State.PROVED and finding is not Finding.NO_ANSWER:
        seen = replace(seen, state=State.PENDING)
    if seen.state is not State.CERTIFICATE_PENDING and now >= seen.expire_time:
        return _ended(seen, State.EXPIRED, now)
    wait = min(_WAIT_FIRST * 2 ** min(looked.looks, 10), _WAIT_MAX)
    return replace(seen, next_look_time=now + wait)


def _proved(seen: OwnHostName, now: datetime) -> OwnHostName:
    match seen.state:
        case State.PENDING:
            again = now + SEEN_AGAIN_AFTER
            return replace(seen, state=State.PROVED, looks=0, next_look_time=again)
        case State.PROVED:
            state = State.CERTIFICATE_PENDING
            return replace(seen, state=state, looks=0, next_look_time=None)
        case _:
            return replace(seen, state=State.ACTIVE, looks=0, next_look_time=None)


def failed(host_name: OwnHostName, failure: Failure, now: datetime) -> OwnHostName:
    """Gives a host name that has come to nothing."""
    return replace(_ended(host_name, State.FAILED, now), failure=failure)


def checked_now(host_name: OwnHostName, now: datetime) -> OwnHostName:
    """Gives a host name that is looked at next; refuses with HOST_NAME_STATE_FORBIDS."""
    if host_name.next_look_time is None:
        raise HostNameStateForbids("No record of this host name is looked for.")
    earliest = host_name.look_time + _BETWEEN_LOOKS if host_name.look_time else now
    return replace(host_name, next_look_time=max(now, earliest))


def removed(host_name: OwnHostName, now: datetime) -> OwnHostName:
    """Gives a host name out of service; the very same if it came to nothing before."""
    if host_name.state not in OPEN:
        return host_name
    return _ended(host_name, State.REMOVED, now)


def with_certificate(
    host_name: OwnHostName, is_issued: bool, note: str, now: datetime
) -> OwnHostName:
    """Gives a host name of whose certificate something was told, the same if nothing is new.

    Refuses with INVALID_REQUEST, and with HOST_NAME_STATE_FORBIDS if none is wanted.
    """
    if len(note) > NOTE_LENGTH_MAX:
        raise InvalidRequest.at("note", f"Must have at most {NOTE_LENGTH_MAX} characters.")
    is_there = host_name.state is State.ACTIVE or host_name.certificate_time is not None
    if host_name.state not in (State.CERTIFICATE_PENDING, State.ACTIVE) or (
        is_there and not is_issued
    ):
        raise HostNameStateForbids("No certificate of this host name is waited for.")
    if is_there:
        return host_name
    told = replace(host_name, certificate_note=note, lease=host_name.lease + 1)
    if not is_issued:
        return failed(told, Failure.CERTIFICATE_REFUSED, now)
    return replace(told, certificate_time=now, next_look_time=now, looks=0)


def _ended(host_name: OwnHostName, state: State, now: datetime) -> OwnHostName:
    lease = host_name.lease + (state is State.REMOVED)
    return replace(host_name, state=state, next_look_time=None, end_time=now, lease=lease)
