"""The histogram moves by the difference that calls make."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.usage.domain.histogram import Bucket, DayTotal, Place, movement

DAY = date(2025, 11, 3)
PLACES = st.builds(
    Place,
    local_date=st.sampled_from([DAY, date(2025, 11, 4)]),
    direction=st.sampled_from([1, 2]),
    zone=st.sampled_from(["US", "CA"]),
    route=st.sampled_from(["a", "b"]),
    billable_seconds=st.integers(0, 3),
    is_answered=st.booleans(),
)


def _place(seconds: int, is_answered: bool = True) -> Place:
    return Place(DAY, 1, "US", "a", seconds, is_answered)


def test_calls_arrive() -> None:
    moved = movement([_place(60), _place(60), _place(0, is_answered=False)], [])

    assert moved.buckets == {Bucket(DAY, 1, "US", "a", 60): 2, Bucket(DAY, 1, "US", "a", 0): 1}
    assert moved.days == [DayTotal(DAY, 1, calls=3, answered_calls=2, billable_seconds=120)]


def test_a_corrected_talk_time_moves_one_call() -> None:
    moved = movement([_place(75)], [_place(60)])

    assert moved.buckets == {Bucket(DAY, 1, "US", "a", 75): 1, Bucket(DAY, 1, "US", "a", 60): -1}
    assert moved.days == [DayTotal(DAY, 1, calls=0, answered_calls=0, billable_seconds=15)]


def test_a_call_that_stays_moves_nothing() -> None:
    moved = movement([_place(60)], [_place(60)])

    assert moved.buckets == {}
    assert moved.days == []


def test_an_answer_of_no_second_counts_as_answered() -> None:
    moved = movement([_place(0, is_answered=True)], [_place(0, is_answered=False)])

    assert moved.buckets == {}
    assert moved.days == [DayTotal(DAY, 1, calls=0, answered_calls=1, billable_seconds=0)]


@given(st.lists(PLACES), st.lists(PLACES))
def test_the_movement_is_the_difference_of_both_sums(
    arrived: list[Place], left: list[Place]
) -> None:
    moved = movement(arrived, left)

    expected = Counter(Bucket(*place[:5]) for place in arrived)
    expected.subtract(Counter(Bucket(*place[:5]) for place in left))
    assert moved.buckets == {bucket: count for bucket, count in expected.items() if count}
    assert sum(day.calls for day in moved.days) == len(arrived) - len(left)
    assert sum(day.billable_seconds for day in moved.days) == sum(
        place.billable_seconds for place in arrived
    ) - sum(place.billable_seconds for place in left)
