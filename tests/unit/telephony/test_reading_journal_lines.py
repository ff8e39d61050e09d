"""Journal lines: what is read of them, and why a line is put aside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telephony.domain.journal_line import Fault, Reason, read_line, read_lines
from services.telephony.domain.leg import JournalLeg, LegAnswer, call_id
from tests.support.builders.telephony import NOON_MILLIS, NOON_SECONDS, ALine, a_line

# The examples of docs/leg-journal.md.
ANSWERED = (
    b"1|L|abc1|o|1762183800.10421|1762183799.10419|1762183799.10420|V1030930000000004711"
    b"|12125550123|18005550100|1762183800.012|1762183809.337|1762183904.118|16|bb2cce6e\n"
)
UNANSWERED = (
    b"1|L|abc1|o|1762183811.10430|1762183810.10428|1762183810.10429|V1030930100000004712"
    b"|12125550124|18005550100|1762183811.007||1762183836.950|19|92af8f2c\n"
)


def read(line: ALine) -> JournalLeg | LegAnswer | Fault:
    return read_line(line.bytes(), NOON_MILLIS)


def fault_of(line: bytes) -> Fault:
    found = read_line(line, NOON_MILLIS)
    assert isinstance(found, Fault)
    return found


def test_the_answered_example_is_read() -> None:
    """94,781 ms of talk are 95 seconds."""
    leg = read_line(ANSWERED, NOON_MILLIS)

    assert isinstance(leg, JournalLeg)
    assert leg._replace(digest=b"") == JournalLeg(
        uniqueid="1762183800.10421",
        route_code="abc1",
        direction="o",
        linkedid="1762183799.10419",
        caller_channel="1762183799.10420",
        call_code="V1030930000000004711",
        dialled_number="12125550123",
        caller_number="18005550100",
        created_seconds=1762183800,
        answer_time_millis=1762183809337,
        end_time_millis=1762183904118,
        billable_seconds=95,
        hangup_cause=16,
        end_is_estimated=False,
        digest=b"",
    )


def test_the_unanswered_example_is_read() -> None:
    """No answer, nothing billable."""
    leg = read_line(UNANSWERED, NOON_MILLIS)

    assert isinstance(leg, JournalLeg)
    assert (leg.answer_time_millis, leg.billable_seconds, leg.hangup_cause) == (0, 0, 19)


@pytest.mark.parametrize(
    ("answer", "end", "seconds"),
    [
        ("10.000", "10.499", 0),
        ("10.000", "10.500", 1),
        ("10.000", "11.499", 1),
        ("10.001", "11.501", 2),
        ("10.000", "70.000", 60),
        ("10.000", "10.000", 0),
    ],
)
def test_seconds_are_rounded_half_up_once(answer: str, end: str, seconds: int) -> None:
    """On milliseconds, in integers."""
    base = NOON_SECONDS // 100 * 100 - 100
    leg = read(
        a_line(
            uniqueid=f"{base}.5",
            start=f"{base}.100",
            answer=f"{base // 100}{answer}",
            end=f"{base // 100}{end}",
        )
    )

    assert isinstance(leg, JournalLeg)
    assert leg.billable_seconds == seconds


def test_fields_that_may_be_empty_may_be_empty() -> None:
    """An inbound leg has nobody who dialled it."""
    leg = read(
        a_line(direction="i", linkedid="", caller="", code="", dialled="", caller_id="", answer="")
    )

    assert isinstance(leg, JournalLeg)


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"version": "2"}, Reason.VERSION_UNKNOWN, "Version 2"),
        ({"version": "x"}, Reason.MALFORMED, "version"),
        ({"version": ""}, Reason.MALFORMED, "version"),
        ({"kind": "X"}, Reason.MALFORMED, "kind"),
        ({"route": ""}, Reason.MALFORMED, "route"),
        ({"route": "ABC1"}, Reason.MALFORMED, "route"),
        ({"direction": "x"}, Reason.MALFORMED, "direction"),
        ({"uniqueid": "1762183800"}, Reason.MALFORMED, "uniqueid"),
        ({"uniqueid": ""}, Reason.MALFORMED, "uniqueid"),
        ({"uniqueid": f"0{NOON_SECONDS - 100}.123456789"}, Reason.MALFORMED, "uniqueid"),
        ({"code": "V'1"}, Reason.MALFORMED, "code"),
        ({"dialled": "+1212"}, Reason.MALFORMED, "dialled"),
        ({"caller_id": "anonymous"}, Reason.MALFORMED, "caller id"),
        ({"start": str(NOON_SECONDS)}, Reason.MALFORMED, "start"),
        ({"answer": "0"}, Reason.MALFORMED, "answer"),
        ({"end": ""}, Reason.MALFORMED, "end"),
        ({"cause": ""}, Reason.MALFORMED, "cause"),
        ({"cause": "128"}, Reason.MALFORMED, "cause"),
        ({"cause": "1|2"}, Reason.MALFORMED, "16 fields"),
        ({"code": "V\x01"}, Reason.MALFORMED, "characters"),
        ({"code": "V\xe9"}, Reason.MALFORMED, "characters"),
        ({"check": "00000000"}, Reason.CHECK_FAILED, "should be"),
        ({"check": "G0000000"}, Reason.CHECK_FAILED, "should be"),
        ({"end": f"{NOON_SECONDS + 301}.000"}, Reason.TIME_IMPOSSIBLE, "future"),
        ({"end": f"{NOON_SECONDS - 101}.000"}, Reason.TIME_IMPOSSIBLE, "before it begins"),
        ({"answer": f"{NOON_SECONDS - 101}.000"}, Reason.TIME_IMPOSSIBLE, "answered"),
        ({"answer": f"{NOON_SECONDS - 29}.000"}, Reason.TIME_IMPOSSIBLE, "answered"),
        ({"uniqueid": f"{NOON_SECONDS - 161}.1"}, Reason.TIME_IMPOSSIBLE, "uniqueid"),
        (
            {"uniqueid": "10.1", "start": "10.000", "answer": "11.000", "end": "12.000"},
            Reason.TIME_IMPOSSIBLE,
            "2000",
        ),
    ],
)
def test_a_bad_line_gets_its_reason(changes: dict[str, Any], reason: Reason, detail: str) -> None:
    """And says what exactly is wrong."""
    fault = read(a_line(**changes))

    assert isinstance(fault, Fault)
    assert (fault.reason, detail in fault.detail) == (reason, True), fault


def test_five_minutes_of_future_are_the_difference_of_two_clocks() -> None:
    """Not more."""
    assert isinstance(read(a_line(end=f"{NOON_SECONDS + 300}.000")), JournalLeg)


@pytest.mark.parametrize("line", [b"\n", b"", b"hello\n", b"|||||||||||||||\n", b"\x00\xff\n"])
def test_what_is_no_line_is_malformed(line: bytes) -> None:
    """An empty line too."""
    assert fault_of(line).reason is Reason.MALFORMED


def test_a_line_cut_anywhere_is_truncated() -> None:
    """Behind its version; before, there is nothing to know it by."""
    line = a_line().text().encode()

    reasons = {fault_of(line[:end] + b"\n").reason for end in range(2, len(line))}

    assert reasons == {Reason.TRUNCATED}


def test_a_cut_line_and_the_next_are_one_bad_line() -> None:
    """Nobody guesses where one ends and the other begins."""
    chunk = a_line().bytes()[:50] + a_line().bytes() + a_line().bytes()

    first, second = read_lines(chunk, NOON_MILLIS)

    assert isinstance(first.result, Fault)
    assert isinstance(second.result, JournalLeg)


def test_a_whole_line_counts_without_its_line_feed() -> None:
    """The check tells that nothing is missing."""
    (line,) = read_lines(ANSWERED[:-1], NOON_MILLIS)

    assert isinstance(line.result, JournalLeg)


def test_a_bad_line_stops_nothing() -> None:
    """Offsets tell where each line is."""
    bad = b"garbage\n"
    chunk = ANSWERED + bad + UNANSWERED

    lines = read_lines(chunk, NOON_MILLIS)

    assert [chunk[line.start : line.end] for line in lines] == [ANSWERED, bad, UNANSWERED]
    assert [isinstance(line.result, JournalLeg) for line in lines] == [True, False, True]


_BITS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([ANSWERED, UNANSWERED, ANSWERED[:-1], b"\n", b"|", b"1|L|", b"\r\n"]),
    st.builds(lambda cut: ANSWERED[:cut], st.integers(0, len(ANSWERED))),
)


@given(st.lists(_BITS, max_size=12).map(b"".join))
def test_no_bytes_crash_and_none_are_lost(chunk: bytes) -> None:
    """The lines of a chunk, put together, are the chunk; each is read as it would be alone."""
    lines = read_lines(chunk, NOON_MILLIS)

    assert b"".join(chunk[line.start : line.end] for line in lines) == chunk
    assert [line.result for line in lines] == [
        read_line(chunk[line.start : line.end], NOON_MILLIS) for line in lines
    ]


@given(st.integers(0, len(ANSWERED) - 1), st.integers(0, 255))
def test_a_changed_byte_never_makes_another_leg(position: int, byte: int) -> None:
    """That is what the check is for."""
    changed = ANSWERED[:position] + bytes([byte]) + ANSWERED[position + 1 :]

    whole = [line.result for line in read_lines(changed, NOON_MILLIS)]

    right = read_line(ANSWERED, NOON_MILLIS)
    assert [leg for leg in whole if isinstance(leg, JournalLeg) and leg != right] == []


def test_the_call_id_is_told_by_the_second_and_the_channel() -> None:
    """Written out by hand from the contract: 5 bytes of seconds, 10 of the hash, base32hex."""
    assert call_id("east", "dialer-1", "1762183800.10421").startswith("01kghijo")
    assert len(call_id("east", "dialer-1", "1762183800.10421")) == 24
    assert call_id("east", "a", "1762183800.1") != call_id("east", "b", "1762183800.1")
