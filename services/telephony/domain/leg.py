"""A leg: one channel between a dialer host and a carrier, as its journal line tells it."""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum
from typing import NamedTuple

_SECONDS_BYTES = 5
_DIGEST_BYTES = 10


class LegState(StrEnum):
    """Where a leg stands on its way to usage."""

    UNASSIGNED = "UNASSIGNED"  # nobody's route
    AWAITED = "AWAITED"  # its description is worth waiting for a little
    PENDING = "PENDING"  # usage does not know it as it is now
    SENT = "SENT"
    REFUSED = "REFUSED"  # usage would not have it: a fault of ours, told in the log


class JournalLeg(NamedTuple):
    """What one journal line says of a leg that has ended.

    A tuple, not a dataclass: tens of thousands a second are made. Times are milliseconds since 1970
    UTC, `answer_time_millis` 0 if it was never answered. With cluster and host, `uniqueid` is the
    leg's identity, for ever. `end_is_estimated` if no line says when it ended, and a policy did.
    `digest` is the MD5 of the text that the line's check covers: two
    lines of one leg with the same digest say the same.
    """

    uniqueid: str
    route_code: str
    direction: str
    linkedid: str
    caller_channel: str
    call_code: str
    dialled_number: str
    caller_number: str
    created_seconds: int
    answer_time_millis: int
    end_time_millis: int
    billable_seconds: int
    hangup_cause: int
    end_is_estimated: bool
    digest: bytes


class LegAnswer(NamedTuple):
    """What the line of an answer says: all that a leg's line will say, but for its end."""

    uniqueid: str
    route_code: str
    direction: str
    linkedid: str
    caller_channel: str
    call_code: str
    dialled_number: str
    caller_number: str
    created_seconds: int
    answer_time_millis: int
    digest: bytes


class PendingLeg(NamedTuple):
    """A leg as usage is to know it; times as in JournalLeg.

    `queue_number` changes whenever the leg does."""

    queue_number: int
    tenant_id: str
    route_id: str
    cluster: str
    host: str
    uniqueid: str
    direction: str
    linkedid: str
    dialled_number: str
    caller_number: str
    created_seconds: int
    answer_time_millis: int
    end_time_millis: int
    billable_seconds: int
    hangup_cause: int
    campaign: str
    list: str
    agent: str
    disposition: str
    end_is_estimated: bool


class Description(NamedTuple):
    """What the dialer's tables add to a leg; empty where they do not say (yet)."""

    campaign: str = ""
    list: str = ""
    agent: str = ""
    disposition: str = ""


class TracedLeg(NamedTuple):
    """What of a leg its recordings are found by; the seconds are epochs."""

    uniqueid: str
    call_code: str
    first_seconds: int
    last_seconds: int


def billable_seconds(answer_time_millis: int, end_time_millis: int) -> int:
    """Answered time in whole seconds, half a second rounded up; 0 if it was never answered."""
    if not answer_time_millis:
        return 0
    return (end_time_millis - answer_time_millis + 500) // 1000


def call_id(cluster: str, host: str, uniqueid: str) -> str:
    """Gives a leg's public id: 24 characters in the order of starts, without a trace of its host.

    The first 8 are the epoch in the uniqueid, so that usage finds a call's month in its id.
    """
    seconds = int(uniqueid.partition(".")[0])
    digest = hashlib.sha256(f"{cluster}|{host}|{uniqueid}".encode()).digest()
    packed = seconds.to_bytes(_SECONDS_BYTES, "big") + digest[:_DIGEST_BYTES]
    return base64.b32hexencode(packed).decode("ascii").lower()


def start_seconds_of(call: str) -> int | None:
    """Gives the epoch in a call's public id; None if no call can have it."""
    try:
        packed = base64.b32hexdecode(call.upper())
    except ValueError:
        return None
    if len(packed) != _SECONDS_BYTES + _DIGEST_BYTES:
        return None
    return int.from_bytes(packed[:_SECONDS_BYTES], "big")
