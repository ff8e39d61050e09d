"""Calls: as they stand, and as columns, since a batch has ten thousand of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple


class Direction(IntEnum):
    """Which way a call went, seen from the client; the numbers are the contract's."""

    OUTBOUND = 1
    INBOUND = 2


class Columns(NamedTuple):
    """The columns of a batch, in the order in which they are stored."""

    call_id: Sequence[str]
    direction: Sequence[int]
    route: Sequence[str]
    called_number: Sequence[str]
    caller_number: Sequence[str]
    start_time_millis: Sequence[int]
    answer_time_millis: Sequence[int]
    end_time_millis: Sequence[int]
    billable_seconds: Sequence[int]
    hangup_cause: Sequence[int]
    conversation_id: Sequence[str]
    campaign: Sequence[str]
    list: Sequence[str]
    agent: Sequence[str]
    disposition: Sequence[str]
    end_is_estimated: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it stands."""

    call_id: str
    direction: Direction
    called_number: str
    caller_number: str
    start_time_millis: int
    answer_time_millis: int
    end_time_millis: int
    local_date: date
    billable_seconds: int
    zone: str
    conversation_id: str
    campaign: str
    list: str
    agent: str
    disposition: str
    end_is_estimated: bool
    is_withdrawn: bool
    revision_count: int


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of the calls of one batch."""

    inserted_count: int
    revised_count: int
    unchanged_count: int


def start_seconds(columns: Columns) -> list[int]:
    """Gives the starts, whole seconds since 1970 UTC."""
    return [millis // 1000 for millis in columns.start_time_millis]


def talk_seconds(answer_time_millis: int, end_time_millis: int) -> int:
    """Gives the seconds between answer and end, rounded half up; 0 without an answer."""
    return (end_time_millis - answer_time_millis + 500) // 1000 if answer_time_millis else 0
