"""Open legs: answered and not known to have ended, and the policy that ends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from services.telephony.domain.journal import Journal
from services.telephony.domain.journal_line import ReadLine
from services.telephony.domain.leg import JournalLeg, LegAnswer, billable_seconds

# The clocks of two channels that are made at once may be read in either order.
RACE_SECONDS: Final = 5
_SHORTEST_MILLIS: Final = 1000


class OpenLegState(StrEnum):
    """Where an open leg stands; once its line has come in time, it is no open leg any more."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"  # by the policy
    CORRECTED = "CORRECTED"  # its line came after all, after the policy had closed it


class CloseReason(StrEnum):
    """Why the policy closed a leg."""

    HOST_RESTARTED = "HOST_RESTARTED"
    HOST_SILENT = "HOST_SILENT"
    CHANNEL_GONE = "CHANNEL_GONE"
    TOO_LONG = "TOO_LONG"


class HostSigns(NamedTuple):
    """Signs of life of a host, and what tells that it has restarted.

    `last_sign_millis` is the latest time in its lines, by its own clock; `top_created_seconds` and
    `top_sequence` are of the uniqueid with the latest epoch.
    """

    last_sign_millis: int = 0
    top_created_seconds: int = 0
    top_sequence: int = 0


@dataclass(frozen=True, slots=True)
class OpenLeg:
    """An answered leg, where its line stands, and the signs that it was still up.

    `seen_time_millis` is when its channel was last seen on its host, 0 if never; `gone_time_millis`
    when it was first missed there. `lost_sign_millis` is the host's last sign of life before it
    restarted, 0 if it has not, and `lost_time` when that was noticed.
    """

    journal: Journal
    answer: LegAnswer
    byte_offset: int
    receive_time: datetime
    state: OpenLegState = OpenLegState.OPEN
    seen_time_millis: int = 0
    gone_time_millis: int = 0
    lost_sign_millis: int = 0
    lost_time: datetime | None = None
    reason: CloseReason | None = None
    end_time_millis: int = 0
    close_time: datetime | None = None
    true_end_time_millis: int = 0


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """When a leg without an end is given one.

    `grace` is how long its line may still be on its way when its host has restarted or its channel
    is gone; `silence` after how long without a sign a host counts as dead; `longest` how long a
    leg may be.
    """

    grace: timedelta = timedelta(minutes=5)
    silence: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class HostLife:
    """When something of a host was received last, by our clock, and its last sign by its own."""

    sign_millis: int
    receive_time: datetime


def signs_after(before: HostSigns, lines: Iterable[ReadLine]) -> tuple[HostSigns, list[int]]:
    """Gives the signs after these lines, and the last sign before each restart among them.

    A dialer counts its channels from one at each start. So an epoch that is later than all others,
    with a number that is smaller than theirs, is that of a dialer that has restarted.
    """
    sign, top, number = before
    restarts = []
    for _, _, result in lines:
        if isinstance(result, JournalLeg):
            at = result.end_time_millis
        elif isinstance(result, LegAnswer):
            at = result.answer_time_millis
        else:
            continue
        if result.created_seconds >= top:
            sequence = int(result.uniqueid.partition(".")[2])
            if sequence < number and result.created_seconds > top + RACE_SECONDS:
                restarts.append(sign)
            top, number = result.created_seconds, sequence
        sign = max(sign, at)
    return HostSigns(sign, top, number), restarts


def closed(
    leg: OpenLeg, life: HostLife, policy: ClosingPolicy, now: datetime
) -> tuple[CloseReason, int] | None:
    """Gives why the leg is over and its estimated end, milliseconds; None while it may go on.

    The end is the last moment at which the leg was seen to be up, or else its host to be alive, at
    most the longest call; and at least a second, so that no answered call is free.
    """
    answered = leg.answer.answer_time_millis
    reason, sign = _reason(leg, life, policy, now)
    if reason is None:
        return None
    last_sign = max(answered + _SHORTEST_MILLIS, leg.seen_time_millis, sign)
    return reason, min(last_sign, answered + _millis(policy.longest))


def ended(leg: OpenLeg, end_time_millis: int) -> JournalLeg:
    """Gives the open leg as one that ended then, by estimate."""
    answer = leg.answer
    return JournalLeg(
        uniqueid=answer.uniqueid,
        route_code=answer.route_code,
        direction=answer.direction,
        linkedid=answer.linkedid,
        caller_channel=answer.caller_channel,
        call_code=answer.call_code,
        dialled_number=answer.dialled_number,
        caller_number=answer.caller_number,
        created_seconds=answer.created_seconds,
        answer_time_millis=answer.answer_time_millis,
        end_time_millis=end_time_millis,
        billable_seconds=billable_seconds(answer.answer_time_millis, end_time_millis),
        hangup_cause=0,
        end_is_estimated=True,
        digest=answer.digest,
    )


def _reason(
    leg: OpenLeg, life: HostLife, policy: ClosingPolicy, now: datetime
) -> tuple[CloseReason | None, int]:
    """Why the leg is over, and the last sign of life that speaks for it."""
    now_millis = int(now.timestamp() * 1000)
    if leg.lost_time is not None:
        # Its line may be in a file that is still on its way.
        is_due = now - leg.lost_time >= policy.grace
        return (CloseReason.HOST_RESTARTED if is_due else None), leg.lost_sign_millis
    if leg.gone_time_millis:
        is_due = now_millis - leg.gone_time_millis >= _millis(policy.grace)
        return (CloseReason.CHANNEL_GONE if is_due else None), leg.seen_time_millis
    if now - max(leg.receive_time, life.receive_time) >= policy.silence:
        return CloseReason.HOST_SILENT, life.sign_millis
    if now_millis - leg.answer.answer_time_millis >= _millis(policy.longest):
        return CloseReason.TOO_LONG, life.sign_millis
    return None, 0


def _millis(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
