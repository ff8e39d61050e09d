"""What answers say, what becomes of them when their line comes, and when it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.telephony.domain.journal import Journal, Known, Sorted, StandingLeg, sort_lines
from services.telephony.domain.journal_line import Fault, ReadLine, Reason, read_line, read_lines
from services.telephony.domain.leg import LegAnswer
from services.telephony.domain.open_leg import (
    CloseReason,
    ClosingPolicy,
    HostLife,
    HostSigns,
    OpenLeg,
    closed,
    ended,
    signs_after,
)
from tests.support.builders.telephony import NOON_MILLIS, NOON_SECONDS, ALine, a_leg_at, a_line

POLICY = ClosingPolicy()
ANSWERED = NOON_MILLIS - 90_000


def an_answer(**changes: Any) -> ALine:
    return a_line(**{"kind": "A", "end": "", "cause": "0", **changes})


def at(seconds: float) -> datetime:
    """An instant so many seconds after noon."""
    return datetime.fromtimestamp(NOON_SECONDS + seconds, UTC)


def an_open_leg(**changes: Any) -> OpenLeg:
    answer = read_line(an_answer().bytes(), NOON_MILLIS)
    assert isinstance(answer, LegAnswer)
    return OpenLeg(Journal("east", "h1", "f"), answer, 0, at(-90), **changes)


def sort(*lines: ALine, known: Known | None = None) -> Sorted:
    chunk = b"".join(line.bytes() for line in lines)
    read = read_lines(chunk, NOON_MILLIS)
    return sort_lines(chunk, read, 0, known or Known({}, {}), "f")


def reasons(found: Sorted) -> list[Reason]:
    return [item.fault.reason for item in found.faults]


@pytest.mark.parametrize(
    "changes", [{"answer": ""}, {"end": f"{NOON_SECONDS - 1}.000"}, {"cause": "16"}]
)
def test_an_answer_has_its_time_and_no_end(changes: dict[str, str]) -> None:
    """Anything else is no answer, and no leg either."""
    fault = read_line(an_answer(**changes).bytes(), NOON_MILLIS)

    assert isinstance(fault, Fault)
    assert fault.reason is Reason.MALFORMED


def test_a_leg_needs_its_end() -> None:
    """Without one it might go on for ever."""
    fault = read_line(a_line(end="").bytes(), NOON_MILLIS)

    assert fault == Fault(Reason.MALFORMED, "Not of the form: end.")


def test_an_answer_opens_a_leg_and_its_line_ends_it() -> None:
    """In one chunk nothing is left open."""
    answer = an_answer()
    line = a_line(uniqueid=answer.uniqueid)

    assert list(sort(answer).opened) == [answer.uniqueid]
    both = sort(answer, line)
    assert (list(both.new), both.opened) == ([answer.uniqueid], {})


def test_an_answer_behind_its_line_says_nothing_new() -> None:
    """Over midnight the two lie in two files, which may come in either order."""
    answer = an_answer()

    found = sort(a_line(uniqueid=answer.uniqueid), answer)

    assert (found.opened, found.faults, found.superseded) == ({}, [], 1)


def test_the_same_answer_twice_is_put_aside() -> None:
    """As any line that says the same."""
    answer = an_answer()

    assert reasons(sort(answer, answer)) == [Reason.DUPLICATED]


def test_a_line_without_the_answer_that_was_given_is_put_aside() -> None:
    """It would make a free call of an answered one."""
    answer = an_answer()

    found = sort(answer, a_line(uniqueid=answer.uniqueid, answer="", cause="19"))

    assert reasons(found) == [Reason.CONTRADICTED]
    assert list(found.opened) == [answer.uniqueid]


def test_the_line_of_a_leg_that_was_closed_corrects_it() -> None:
    """What the policy made of the answer stands under the answer's digest."""
    answer = an_answer()
    read = read_line(answer.bytes(), NOON_MILLIS)
    assert isinstance(read, LegAnswer)
    standing = {answer.uniqueid: StandingLeg(read.digest, read.route_code, "f", 0)}

    found = sort(a_line(uniqueid=answer.uniqueid), known=Known(standing, standing))

    assert list(found.corrected) == list(found.ended) == [answer.uniqueid]
    assert not found.corrected[answer.uniqueid].leg.end_is_estimated


def signs_of(before: HostSigns, *lines: ALine) -> tuple[HostSigns, list[int]]:
    read = [ReadLine(0, 0, read_line(line.bytes(), NOON_MILLIS * 2)) for line in lines]
    return signs_after(before, read)


def test_channels_that_are_counted_anew_tell_of_a_restart() -> None:
    """A later epoch with a smaller number; the last sign is that of before."""
    first = a_leg_at(NOON_SECONDS, uniqueid=f"{NOON_SECONDS}.900")
    second = a_leg_at(NOON_SECONDS + 600, uniqueid=f"{NOON_SECONDS + 600}.3")

    _, restarts = signs_of(HostSigns(), first, second)

    assert restarts == [NOON_MILLIS + 70_500]


def test_a_long_call_that_ends_late_is_no_restart() -> None:
    """Its number is small because it is old."""
    recent = a_leg_at(NOON_SECONDS + 600, uniqueid=f"{NOON_SECONDS + 600}.900")
    old = a_leg_at(NOON_SECONDS, 900, uniqueid=f"{NOON_SECONDS}.3")

    signs, restarts = signs_of(HostSigns(), recent, old)

    assert restarts == []
    assert (signs.top_created_seconds, signs.top_sequence) == (NOON_SECONDS + 600, 900)


def test_a_leg_may_go_on_while_its_host_lives() -> None:
    """Nothing is closed because nothing was heard for a while."""
    life = HostLife(NOON_MILLIS + 600_000, at(600))

    assert closed(an_open_leg(), life, POLICY, at(3600)) is None


def test_a_leg_of_a_host_that_restarted_ends_at_its_last_sign() -> None:
    """After a while, in which its line could still have come."""
    leg = an_open_leg(lost_sign_millis=NOON_MILLIS - 10_000, lost_time=at(0))
    life = HostLife(NOON_MILLIS + 9_000_000, at(300))

    assert closed(leg, life, POLICY, at(299)) is None
    expected = (CloseReason.HOST_RESTARTED, NOON_MILLIS - 10_000)
    assert closed(leg, life, POLICY, at(300)) == expected


def test_a_leg_of_a_silent_host_ends_at_its_last_sign() -> None:
    """The host was heard of 30 s after the answer, and then no more."""
    life = HostLife(ANSWERED + 30_000, at(0))

    assert closed(an_open_leg(), life, POLICY, at(3599)) is None
    expected = (CloseReason.HOST_SILENT, ANSWERED + 30_000)
    assert closed(an_open_leg(), life, POLICY, at(3600)) == expected


def test_a_leg_whose_channel_is_gone_ends_where_it_was_seen_last() -> None:
    """Its line was lost though its host lives."""
    leg = an_open_leg(seen_time_millis=ANSWERED + 45_000, gone_time_millis=ANSWERED + 60_000)
    life = HostLife(NOON_MILLIS, at(0))

    found = closed(leg, life, POLICY, at(3000))

    assert found == (CloseReason.CHANNEL_GONE, ANSWERED + 45_000)


def test_no_leg_is_longer_than_the_cap() -> None:
    """However alive its host is."""
    life = HostLife(NOON_MILLIS + 90_000_000, at(90_000))

    found = closed(an_open_leg(), life, POLICY, at(90_000))

    assert found == (CloseReason.TOO_LONG, ANSWERED + 4 * 3_600_000)


def test_an_answered_leg_is_never_free() -> None:
    """Also when its answer was the last that was heard of its host."""
    life = HostLife(ANSWERED, at(-90))

    found = closed(an_open_leg(), life, POLICY, at(-90) + timedelta(hours=1))

    assert found == (CloseReason.HOST_SILENT, ANSWERED + 1000)
    leg = ended(an_open_leg(), ANSWERED + 1000)
    assert (leg.billable_seconds, leg.end_is_estimated) == (1, True)
