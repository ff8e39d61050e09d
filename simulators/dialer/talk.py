"""How long people and machines talk, and how to make a given total of it exactly."""

from __future__ import annotations

import math
from random import Random
from typing import NamedTuple

LONGEST_TALK_SECONDS = 3600
_MACHINES = 0.22
_SHORT = 0.18
_TYPICAL_MEAN_SECONDS = 99


class Talk(NamedTuple):
    """One answered leg's billable seconds, and whether a machine took the call."""

    seconds: int
    machine: bool


def draw(rng: Random, average_seconds: float) -> Talk:
    """One talk from a mixture of machines, quick hang-ups and conversations, of an average."""
    kind = rng.random()
    if kind < _MACHINES:
        seconds = 6 + 22 * rng.random()
    elif kind < _MACHINES + _SHORT:
        seconds = 1 + 8 * rng.random()
    else:
        seconds = math.exp(rng.gauss(4.7, 0.85))
    scaled = round(seconds * average_seconds / _TYPICAL_MEAN_SECONDS)
    return Talk(min(LONGEST_TALK_SECONDS, max(1, scaled)), kind < _MACHINES)


def exact_total(rng: Random, total_seconds: int, average_seconds: int, longest: int) -> list[Talk]:
    """Talks that add up to `total_seconds`, none longer than `longest` seconds.

    A short time to talk in (`longest` small) makes more and shorter talks. One in 300 more is
    answered for less than half a second, which bills nothing.
    """
    if total_seconds <= 0:
        return []
    wanted = max(1, min(average_seconds, longest * 2 // 3))
    count = max(1, round(total_seconds / wanted))
    drawn = [draw(rng, wanted) for _ in range(count)]
    scale = total_seconds / sum(talk.seconds for talk in drawn)
    seconds = [min(longest, max(1, int(talk.seconds * scale))) for talk in drawn]
    _spread(seconds, total_seconds - sum(seconds), longest)
    talks = [Talk(value, talk.machine) for value, talk in zip(seconds, drawn, strict=True)]
    for _ in range(count // 300):
        talks.insert(rng.randrange(len(talks)), Talk(0, False))
    return talks


def _spread(seconds: list[int], difference: int, longest: int) -> None:
    """Adds the difference to the values in place, in small steps, within 1..longest."""
    while difference:
        step = max(1, abs(difference) // len(seconds))
        before = difference
        for index, value in enumerate(seconds):
            if difference > 0:
                change = min(step, difference, longest - value)
            else:
                change = -min(step, -difference, value - 1)
            seconds[index] = value + change
            difference -= change
            if not difference:
                break
        if difference == before:
            raise ValueError(f"{len(seconds)} talks cannot add up: {difference} s are left")


def answered_ms(rng: Random, seconds: int) -> int:
    """A duration in milliseconds that bills exactly `seconds`, edges included."""
    if seconds == 0:
        return 1 + int(rng.random() * 499)
    return seconds * 1000 - 500 + int(rng.random() * 1000)
