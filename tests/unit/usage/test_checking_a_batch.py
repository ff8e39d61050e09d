"""A batch that holds anything but sound calls is refused, saying what is wrong with which call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import InvalidRequest
from services.usage.domain.batch_check import MOST_CALLS, check
from services.usage.domain.calls import Columns, talk_seconds
from tests.support.builders.usage import a_call, call_id, columns

NOW = int(datetime(2025, 11, 20, 12, 0, tzinfo=UTC).timestamp())


def _refused(batch: Columns) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        check(batch, NOW)
    return [violation.field for violation in refused.value.violations]


def test_a_sound_batch_passes() -> None:
    check(columns([a_call("1"), a_call("2", seconds=None), a_call("3", seconds=0)]), NOW)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"call_id": "short"}, ["call_id"]),
        ({"call_id": call_id("1", datetime(2025, 11, 3, 17, 0, 1, tzinfo=UTC))}, ["call_id"]),
        ({"call_id": "Z" * 24}, ["call_id"]),
        ({"direction": 0}, ["direction"]),
        ({"direction": 3}, ["direction"]),
        ({"route": ""}, ["route"]),
        ({"route": "r" * 81}, ["route"]),
        ({"called_number": "1" * 41}, ["called_number"]),
        ({"campaign": "A\0B"}, ["campaign"]),
        ({"billable_seconds": 61}, ["billable_seconds"]),
        ({"billable_seconds": 60, "answer_time_millis": 0}, ["billable_seconds"]),
        ({"hangup_cause": 128}, ["hangup_cause"]),
        ({"hangup_cause": -1}, ["hangup_cause"]),
        ({"answer_time_millis": -1}, ["answer_time_millis", "billable_seconds"]),
    ],
)
def test_what_is_wrong_with_a_call_is_told(changes: dict[str, Any], fields: list[str]) -> None:
    batch = columns([a_call("before"), a_call("1", **changes)])

    assert _refused(batch) == [f"calls[1].{field}" for field in fields]


def test_a_call_cannot_end_before_its_answer() -> None:
    call = a_call()
    batch = columns(
        [a_call(end_time_millis=call.answer_time_millis - 60_000, billable_seconds=-60)]
    )

    assert _refused(batch) == ["calls[0].billable_seconds"]


@pytest.mark.parametrize("year", [1999, 2026])
def test_a_start_lies_in_our_time(year: int) -> None:
    batch = columns([a_call(start=datetime(year, 1, 1, tzinfo=UTC))])

    assert _refused(batch) == ["calls[0].start_time_millis"]


def test_no_id_comes_twice() -> None:
    assert _refused(columns([a_call("1"), a_call("1", seconds=5)])) == ["calls"]


def test_arrays_are_of_one_length() -> None:
    batch = columns([a_call("1"), a_call("2")])

    assert _refused(batch._replace(agent=["only one"])) == ["calls"]


def test_a_batch_is_not_too_long() -> None:
    batch = columns([a_call(str(number)) for number in range(MOST_CALLS + 1)])

    assert _refused(batch) == ["calls"]


@given(st.integers(1, 2**40), st.integers(0, 10**8))
def test_talk_is_rounded_half_up(answer: int, duration: int) -> None:
    seconds = talk_seconds(answer, answer + duration)

    assert seconds * 1000 - 500 <= duration < seconds * 1000 + 500
