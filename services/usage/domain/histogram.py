"""The duration histogram: how it moves when calls are stored or corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Place(NamedTuple):
    """Everything of a call that a price may depend on, and whether it was answered."""

    local_date: date
    direction: int
    zone: str
    route: str
    billable_seconds: int
    is_answered: bool


class Bucket(NamedTuple):
    """One bar of the histogram."""

    local_date: date
    direction: int
    zone: str
    route: str
    billable_seconds: int


class DayTotal(NamedTuple):
    """By how much the totals of one day and direction move."""

    local_date: date
    direction: int
    calls: int
    answered_calls: int
    billable_seconds: int


class Movement(NamedTuple):
    """How many calls came to each place; negative where they left."""

    buckets: Mapping[Bucket, int]
    days: list[DayTotal]


def movement(arrived: Iterable[Place], left: Iterable[Place]) -> Movement:
    """Gives the difference that calls make by coming to and leaving their places.

    What comes and goes in equal numbers is not in it.
    """
    places = Counter(arrived)
    places.subtract(Counter(left))
    buckets: Counter[Bucket] = Counter()
    days: dict[tuple[date, int], list[int]] = {}
    for place, count in places.items():
        if count:
            buckets[Bucket(*place[:5])] += count
            day = days.setdefault((place[0], place[1]), [0, 0, 0])
            day[0] += count
            day[1] += count if place[5] else 0
            day[2] += count * place[4]
    return Movement(
        {bucket: count for bucket, count in buckets.items() if count},
        [DayTotal(*key, *total) for key, total in sorted(days.items()) if any(total)],
    )
