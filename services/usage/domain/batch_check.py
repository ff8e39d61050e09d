"""Refuses batches that hold anything but sound calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from services.kit.errors import FieldViolation, InvalidRequest
from services.usage.domain import call_id
from services.usage.domain.calls import Columns, start_seconds, talk_seconds

MOST_CALLS: Final = 10_000
_LONGEST_TEXT: Final = 80
_LONGEST_NUMBER: Final = 40
# Twenty-first century: an earlier start is a broken clock, and each month costs a partition.
_FIRST_SECOND: Final = 946_684_800
# A host's clock may be ahead of ours, but not by a day.
_AHEAD_SECONDS: Final = 86_400
_MOST_VIOLATIONS: Final = 20
_MOST_CAUSE: Final = 127
_DIRECTIONS: Final = frozenset({1, 2})
_SPELLED: Final = re.compile(f"[{call_id.ALPHABET}]*")

_TEXTS: Final = {
    "route": _LONGEST_TEXT,
    "called_number": _LONGEST_NUMBER,
    "caller_number": _LONGEST_NUMBER,
    "conversation_id": _LONGEST_TEXT,
    "campaign": _LONGEST_TEXT,
    "list": _LONGEST_TEXT,
    "agent": _LONGEST_TEXT,
    "disposition": _LONGEST_TEXT,
}

_Check = tuple[str, str, Callable[[Any], bool]]


def check(columns: Columns, now_second: int) -> None:
    """Refuses a batch that holds anything but sound calls, with INVALID_REQUEST.

    Sound batches are told by passes over whole columns; only a batch that is not sound is
    looked through call by call, to say what is wrong with which.
    """
    size = len(columns.call_id)
    if not 1 <= size <= MOST_CALLS:
        raise InvalidRequest.at("calls", f"Must be 1 to {MOST_CALLS:,} calls.")
    if set(map(len, columns)) != {size}:
        raise InvalidRequest.at("calls", "All arrays must be of one length.")
    if len(set(columns.call_id)) != size:
        raise InvalidRequest.at("calls", "No two calls may have the same id.")
    if not _is_sound(columns, now_second):
        faults = _faults(columns, now_second)
        violations = [
            FieldViolation(f"calls[{index}].{field}", complaint)
            for index, field, complaint in faults
        ]
        raise InvalidRequest(violations[:_MOST_VIOLATIONS])


def _is_sound(columns: Columns, now_second: int) -> bool:
    seconds = start_seconds(columns)
    return (
        _ids_are_sound(columns.call_id, seconds)
        and min(seconds) >= _FIRST_SECOND
        and max(seconds) < now_second + _AHEAD_SECONDS
        and set(columns.direction) <= _DIRECTIONS
        and _times_are_sound(columns)
        and 0 <= min(columns.hangup_cause) <= max(columns.hangup_cause) <= _MOST_CAUSE
        and "" not in columns.route
        and all(_texts_are_sound(getattr(columns, name), most) for name, most in _TEXTS.items())
    )


def _ids_are_sound(ids: Sequence[str], seconds: Sequence[int]) -> bool:
    # A dialer begins many calls in one second; of each second the text is made once.
    firsts = {second: call_id.first_id_of(second) for second in set(seconds)}
    return (
        set(map(len, ids)) == {call_id.LENGTH}
        and _SPELLED.fullmatch("".join(ids)) is not None
        and all(map(str.startswith, ids, map(firsts.__getitem__, seconds)))
    )


def _times_are_sound(columns: Columns) -> bool:
    answers, ends = columns.answer_time_millis, columns.end_time_millis
    # talk_seconds, written out: ten thousand calls of a function would be felt.
    talked = [(end - at + 500) // 1000 if at else 0 for at, end in zip(answers, ends, strict=True)]
    return min(answers) >= 0 and min(talked) >= 0 and talked == list(columns.billable_seconds)


def _texts_are_sound(texts: Sequence[str], longest: int) -> bool:
    return max(map(len, texts)) <= longest and "\0" not in "".join(texts)


def _faults(columns: Columns, now_second: int) -> Iterator[tuple[int, str, str]]:
    checks = list(_checks(now_second))
    for index, row in enumerate(zip(*columns, strict=True)):
        call = dict(zip(Columns._fields, row, strict=True))
        for field, complaint, is_right in checks:
            if not is_right(call):
                yield index, field, complaint


def _checks(now_second: int) -> Iterator[_Check]:
    last_second = now_second + _AHEAD_SECONDS
    yield "call_id", "Must be 24 characters of 0-9 and a-v that begin with the start.", _id_is_right
    yield (
        "start_time_millis",
        "Must be after 1999 and not in the future.",
        lambda call: _FIRST_SECOND <= call["start_time_millis"] // 1000 < last_second,
    )
    yield "direction", "Must be OUTBOUND or INBOUND.", lambda call: call["direction"] in _DIRECTIONS
    yield (
        "answer_time_millis",
        "Must not be negative.",
        lambda call: call["answer_time_millis"] >= 0,
    )
    yield "billable_seconds", "Must be the seconds between answer and end.", _seconds_are_right
    yield "hangup_cause", "Must be 0 to 127.", lambda call: 0 <= call["hangup_cause"] <= _MOST_CAUSE
    yield "route", "Is required.", lambda call: bool(call["route"])
    for name, longest in _TEXTS.items():
        complaint = f"Must be at most {longest} characters without U+0000."
        yield name, complaint, partial(_text_is_right, name, longest)


def _text_is_right(name: str, longest: int, call: dict[str, Any]) -> bool:
    return _texts_are_sound([call[name]], longest)


def _id_is_right(call: dict[str, Any]) -> bool:
    text: str = call["call_id"]
    is_spelled = len(text) == call_id.LENGTH and _SPELLED.fullmatch(text) is not None
    return is_spelled and call_id.start_second(text) == call["start_time_millis"] // 1000


def _seconds_are_right(call: dict[str, Any]) -> bool:
    seconds: int = call["billable_seconds"]
    measured = talk_seconds(call["answer_time_millis"], call["end_time_millis"])
    return seconds >= 0 and seconds == measured
