"""Reads journal lines, version 1 of docs/leg-journal.md; what cannot be read gets a reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.telephony.domain.leg import JournalLeg, LegAnswer, billable_seconds

FUTURE_MILLIS_MAX = 300_000
START_DRIFT_MILLIS_MAX = 60_000
# There was no dialer before 2000: such a host has lost its clock.
FIRST_SECOND = 946_684_800
LINE_BYTES_MAX = 512

_FIELDS = 15
_TEXT = (
    r"1\|([LA])\|([a-z0-9]{1,20})\|([oi])\|([0-9]{1,10}\.[0-9]{1,9})\|([0-9]{1,10}\.[0-9]{1,9}|)"
    r"\|([0-9]{1,10}\.[0-9]{1,9}|)\|([A-Za-z0-9]{0,30})\|([0-9]{0,32})\|([0-9]{0,32})"
    r"\|([0-9]{1,10}\.[0-9]{3})\|([0-9]{1,10}\.[0-9]{3}|)\|([0-9]{1,10}\.[0-9]{3}|)\|([0-9]{1,3})"
)
_LINE = re.compile(rf"^({_TEXT})\|([0-9a-f]{{8}})(?:\n|\Z)", re.M)
_VERSION = re.compile(r"([0-9]{1,6})\|")
_UNIQUEID_LENGTH_MAX = 20
_CAUSE_MAX = 127

# Names and forms of the fields in order, to say which one is wrong.
_NAMES = (
    "version", "kind", "route", "direction", "uniqueid", "linkedid", "caller", "code", "dialled",
    "caller id", "start", "answer", "end", "cause", "check",
)  # fmt: skip
_FORMS = [
    re.compile(form) for form in (r"1", *re.findall(r"\(((?:[^()])*)\)", _TEXT), r"[0-9a-f]{8}")
]


class Reason(StrEnum):
    """Why a line was put aside."""

    MALFORMED = "MALFORMED"
    TRUNCATED = "TRUNCATED"
    CHECK_FAILED = "CHECK_FAILED"
    VERSION_UNKNOWN = "VERSION_UNKNOWN"
    TIME_IMPOSSIBLE = "TIME_IMPOSSIBLE"
    DUPLICATED = "DUPLICATED"
    CONTRADICTED = "CONTRADICTED"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line."""

    reason: Reason
    detail: str


class ReadLine(NamedTuple):
    """One line of a chunk; `start` and `end` are byte offsets in the chunk, line feed included."""

    start: int
    end: int
    result: JournalLeg | LegAnswer | Fault


def read_lines(chunk: bytes, now_millis: int) -> list[ReadLine]:
    """Reads all lines of a chunk in their order; never raises, whatever the bytes.

    The last line may lack its line feed. Lines that end more than five minutes after `now_millis`
    are faults.
    """
    # One byte is one character, so offsets are right; what is not ASCII fits no field.
    text = chunk.decode("latin-1")
    lines: list[ReadLine] = []
    position = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        if start != position:
            _read_slowly(text, position, start, now_millis, lines)
        lines.append(ReadLine(start, end, _read_match(match, now_millis)))
        position = end
    _read_slowly(text, position, len(text), now_millis, lines)
    return lines


def read_line(line: bytes, now_millis: int) -> JournalLeg | LegAnswer | Fault:
    """Reads one line, with or without its line feed."""
    text = line.decode("latin-1")
    match = _LINE.match(text)
    if match is not None and match.end() == len(text):
        return _read_match(match, now_millis)
    return _diagnose(text.removesuffix("\n"))


def _read_slowly(
    text: str, position: int, end: int, now_millis: int, lines: list[ReadLine]
) -> None:
    """Adds the lines of a stretch in which the pattern found none."""
    while position < end:
        feed = text.find("\n", position, end)
        stop = end if feed < 0 else feed + 1
        line = text[position:stop].encode("latin-1")
        lines.append(ReadLine(position, stop, read_line(line, now_millis)))
        position = stop


def _read_match(match: re.Match[str], now_millis: int) -> JournalLeg | LegAnswer | Fault:
    (
        body, kind, route, direction, uniqueid, linkedid, caller, code, dialled, caller_id,
        start_text, answer_text, end_text, cause_text, check,
    ) = match.groups()  # fmt: skip
    digest = hashlib.md5(body.encode("ascii"), usedforsecurity=False)
    if digest.hexdigest()[:8] != check:
        return Fault(Reason.CHECK_FAILED, f"The check should be {digest.hexdigest()[:8]}.")
    start = int(start_text.replace(".", ""))
    answer = int(answer_text.replace(".", "")) if answer_text else 0
    end = int(end_text.replace(".", "")) if end_text else 0
    created = int(uniqueid.partition(".")[0])
    cause = int(cause_text)
    if len(uniqueid) > _UNIQUEID_LENGTH_MAX:
        return Fault(Reason.MALFORMED, "The uniqueid is longer than 20 characters.")
    if cause > _CAUSE_MAX:
        return Fault(Reason.MALFORMED, "The cause is greater than 127.")
    if kind == "A":
        if not answer or end or cause:
            return Fault(Reason.MALFORMED, "An answer has its time, no end and no cause.")
        fault = _time_fault(created, start, answer, answer, now_millis)
        return fault or LegAnswer(
            uniqueid, route, direction, linkedid, caller, code, dialled, caller_id,
            created, answer, digest.digest(),
        )  # fmt: skip
    if not end:
        return Fault(Reason.MALFORMED, "Not of the form: end.")
    fault = _time_fault(created, start, answer, end, now_millis)
    return fault or JournalLeg(
        uniqueid, route, direction, linkedid, caller, code, dialled, caller_id,
        created, answer, end, billable_seconds(answer, end), cause, False, digest.digest(),
    )  # fmt: skip


def _time_fault(created: int, start: int, answer: int, end: int, now: int) -> Fault | None:
    if end > now + FUTURE_MILLIS_MAX:
        return Fault(Reason.TIME_IMPOSSIBLE, "It ends in the future.")
    if created < FIRST_SECOND:
        return Fault(Reason.TIME_IMPOSSIBLE, "It begins before the year 2000.")
    if end < start:
        return Fault(Reason.TIME_IMPOSSIBLE, "It ends before it begins.")
    if answer and not start <= answer <= end:
        return Fault(Reason.TIME_IMPOSSIBLE, "It is answered before it begins or after it ends.")
    if abs(start - created * 1000) > START_DRIFT_MILLIS_MAX:
        drift = (start - created * 1000) // 1000
        return Fault(
            Reason.TIME_IMPOSSIBLE, f"It begins {drift} s from the instant in its uniqueid."
        )
    return None


def _diagnose(text: str) -> Fault:
    """Says what is wrong with a line that is not of the form."""
    version = _VERSION.match(text)
    if version is None:
        return Fault(Reason.MALFORMED, "It does not begin with a version.")
    if version.group(1) != "1":
        return Fault(Reason.VERSION_UNKNOWN, f"Version {version.group(1)} is not known.")
    if len(text) > LINE_BYTES_MAX:
        return Fault(Reason.MALFORMED, f"It is longer than {LINE_BYTES_MAX} bytes.")
    if not text.isascii() or not text.isprintable():
        return Fault(Reason.MALFORMED, "It holds characters that no field may hold.")
    fields = text.split("|")
    if len(fields) < _FIELDS:
        return Fault(Reason.TRUNCATED, f"It has {len(fields)} of {_FIELDS} fields.")
    if len(fields) > _FIELDS:
        return Fault(Reason.MALFORMED, f"It has {len(fields)} fields instead of {_FIELDS}.")
    body, _, check = text.rpartition("|")
    right = hashlib.md5(body.encode("ascii"), usedforsecurity=False).hexdigest()[:8]
    if len(check) < len(right) and right.startswith(check):
        return Fault(Reason.TRUNCATED, "Its check breaks off.")
    if check != right:
        return Fault(Reason.CHECK_FAILED, f"The check should be {right}.")
    wrong = [
        name
        for name, form, field in zip(_NAMES, _FORMS, fields, strict=True)
        if not form.fullmatch(field)
    ]
    return Fault(Reason.MALFORMED, f"Not of the form: {', '.join(wrong) or 'line end'}.")
