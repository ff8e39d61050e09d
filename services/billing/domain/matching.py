"""Matching: the calls on a carrier's bill against the calls that were measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

# A carrier rounds each call's amount to some decimal; this is below the smallest that they show.
_AMOUNT_TOLERANCE: Final = Fraction(1, 10_000)


class Outcome(StrEnum):
    """What became of a call."""

    MATCHED = "MATCHED"
    OURS_ONLY = "OURS_ONLY"
    THEIRS_ONLY = "THEIRS_ONLY"
    DIFFERING = "DIFFERING"


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """A call on the bill: the seconds and the amount that are asked for; `line` says where."""

    number: str
    start_time: datetime
    seconds: int
    amount: Decimal
    line: str = ""


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call that was measured, and what it costs by our books.

    `billed_seconds` is what its increments make of its seconds.
    """

    number: str
    start_time: datetime
    seconds: int
    billed_seconds: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart two records of one call may be; the durations in seconds."""

    start: timedelta
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One call on both sides, or on one."""

    theirs: CarrierCall | None
    ours: OwnCall | None
    outcome: Outcome


def match(
    theirs: Iterable[CarrierCall], ours: Iterable[OwnCall], tolerance: Tolerance
) -> Iterator[Pair]:
    """Pairs every call with at most one of the other side, number by number.

    Calls to a number that lasted alike go together first, so that of two attempts the right one is
    left over; then whatever is near enough in time, and as many as can be.
    """
    by_number: defaultdict[str, tuple[list[CarrierCall], list[OwnCall]]]
    by_number = defaultdict(lambda: ([], []))
    for their in theirs:
        by_number[their.number][0].append(their)
    for our in ours:
        by_number[our.number][1].append(our)
    for number in sorted(by_number):
        of_theirs, of_ours = by_number[number]
        yield from _match_number(_in_order(of_theirs), _in_order(of_ours), tolerance)


def is_alike(theirs: CarrierCall, ours: OwnCall, tolerance: Tolerance) -> bool:
    """Tells whether two records of one call agree in duration and amount."""
    apart = abs(Fraction(theirs.amount) - ours.amount)
    return _lasts_alike(theirs, ours, tolerance) and apart <= _AMOUNT_TOLERANCE


def _match_number(
    theirs: Sequence[CarrierCall], ours: Sequence[OwnCall], tolerance: Tolerance
) -> Iterator[Pair]:
    paired: dict[int, int] = {}
    taken: set[int] = set()
    begin = 0
    for index, their in enumerate(theirs):
        while begin < len(ours) and ours[begin].start_time < their.start_time - tolerance.start:
            begin += 1
        found = _alike(their, ours, begin, taken, tolerance)
        if found is not None:
            paired[index] = found
            taken.add(found)
    rest = [index for index in range(len(theirs)) if index not in paired]
    left = [index for index in range(len(ours)) if index not in taken]
    paired.update(_near(theirs, ours, rest, left, tolerance))
    taken.update(paired.values())
    for index, their in enumerate(theirs):
        if (own := paired.get(index)) is None:
            yield Pair(their, None, Outcome.THEIRS_ONLY)
        else:
            alike = is_alike(their, ours[own], tolerance)
            yield Pair(their, ours[own], Outcome.MATCHED if alike else Outcome.DIFFERING)
    for index, our in enumerate(ours):
        if index not in taken:
            yield Pair(None, our, Outcome.OURS_ONLY)


def _alike(
    their: CarrierCall,
    ours: Sequence[OwnCall],
    begin: int,
    taken: set[int],
    tolerance: Tolerance,
) -> int | None:
    """Gives the nearest call that lasted alike and is nobody's yet."""
    best: tuple[timedelta, int] | None = None
    for index in range(begin, len(ours)):
        apart = ours[index].start_time - their.start_time
        if apart > tolerance.start:
            break
        if index not in taken and _lasts_alike(their, ours[index], tolerance):
            candidate = abs(apart), index
            best = min(best, candidate) if best else candidate
    return best[1] if best else None


def _near(
    theirs: Sequence[CarrierCall],
    ours: Sequence[OwnCall],
    rest: Sequence[int],
    left: Sequence[int],
    tolerance: Tolerance,
) -> Iterator[tuple[int, int]]:
    """Pairs what is near enough in time; by going forward on both sides none is wasted."""
    i = j = 0
    while i < len(rest) and j < len(left):
        apart = ours[left[j]].start_time - theirs[rest[i]].start_time
        if abs(apart) <= tolerance.start:
            yield rest[i], left[j]
            i, j = i + 1, j + 1
        elif apart > tolerance.start:
            i += 1
        else:
            j += 1


def _lasts_alike(theirs: CarrierCall, ours: OwnCall, tolerance: Tolerance) -> bool:
    """Tells whether durations agree; a bill may have them measured or rounded up."""
    apart = min(abs(theirs.seconds - ours.seconds), abs(theirs.seconds - ours.billed_seconds))
    return apart <= tolerance.duration_seconds


_C = TypeVar("_C", CarrierCall, OwnCall)


def _in_order(calls: list[_C]) -> list[_C]:
    # Not by time alone: of calls of one instant the result must not hang on who came first.
    return sorted(calls, key=lambda call: (call.start_time, call.seconds, call.amount))
