"""Plans the history of a scenario: every call of every route's past months, in order of time."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from simulators.dialer.calls import Call, Kind, Transfer
from simulators.dialer.dialing import CHANNELS_PER_CALL, RouteDialer, Try, draw_transfer
from simulators.dialer.local_time import LocalTime, Window, local_time
from simulators.dialer.scenario import History, Route, Scenario
from simulators.dialer.talk import LONGEST_TALK_SECONDS, Talk, exact_total

# With less time than this since the month began, its exact total cannot be talked at all.
SHORTEST_MONTH_SECONDS = 30
# Calling hours count as enough once there are this many of them; before, calls fall at any hour.
_ENOUGH_CALLING_SECONDS = 7_200
_INBOUND, _MANUAL = 0.07, 0.13
_FOLD_CALLS = 4


class MonthTooYoung(Exception):
    """The local month began a few seconds ago: `seconds` until its history can be made."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the month is too young; try again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Span:
    """The part of a local month to fill, in epoch seconds; all legs end before `limit`."""

    first: int
    last: int
    limit: int

    @property
    def seconds(self) -> int:
        return self.last - self.first


def span_of(history: History, clock: LocalTime, started: int) -> Span:
    """Where a history's calls lie, given the instant of the first run."""
    if history.month.startswith("-") or history.month == "0":
        today = datetime.fromtimestamp(started, clock.zone)
        year, month = today.year, today.month + int(history.month)
    else:
        year, month = (int(part) for part in history.month.split("-"))
    first, after = clock.month_start(year, month), clock.month_start(year, month + 1)
    span = Span(first, min(after, started), started)
    if span.seconds < SHORTEST_MONTH_SECONDS:
        raise MonthTooYoung(SHORTEST_MONTH_SECONDS - span.seconds)
    return span


def plan(scenario: Scenario, seed: int, started: int) -> Iterator[Call]:
    """All calls of the histories by time of dialing; every leg has ended at `started` (epoch s)."""
    planned: list[tuple[int, int, Try]] = []
    dialers = []
    for number, route in enumerate(scenario.routes):
        rng = Random(f"{seed}:{route.code}:history")
        dialers.append(RouteDialer(route, number, scenario.time_zone, rng))
        for history in route.histories:
            tries = _tries(route, history, started, Random(f"{seed}:{route.code}:{history.month}"))
            planned += [(attempt.at_ms, number, attempt) for attempt in tries]
    planned.sort(key=lambda entry: entry[:2])
    sequence = 0
    for _, number, attempt in planned:
        sequence += CHANNELS_PER_CALL
        yield dialers[number].dial(attempt, sequence)


def _tries(route: Route, history: History, started: int, rng: Random) -> list[Try]:
    clock = local_time(route.time_zone)
    span = span_of(history, clock, started)
    longest = min(LONGEST_TALK_SECONDS, int(span.seconds * 0.6))
    ring_ms = min(18_000, span.seconds * 100)
    total = history.billable_seconds or history.seconds_per_day * span.seconds // 86_400
    talks = exact_total(rng, total, history.average_talk_seconds, longest)
    times = _Times(route, clock, span, rng)
    tries = list(_answered(talks, times, ring_ms, rng))
    for _ in range(round(len(talks) * route.unanswered_per_answered)):
        kind = Kind.MANUAL if rng.random() < 0.05 else Kind.AUTOMATIC
        at = times.draw_ms(kind, ring_ms * 2 + 4_000)
        tries.append(Try(at, kind, None, longest_ring_ms=ring_ms))
    return tries


def _answered(talks: list[Talk], times: _Times, ring_ms: int, rng: Random) -> Iterator[Try]:
    """One try per talk; now and then two talks go into one call with a second leg."""
    queue = iter(talks)
    for talk in queue:
        roll = rng.random()
        kind = Kind.AUTOMATIC
        if roll < _MANUAL:
            kind = Kind.INBOUND if roll < _INBOUND else Kind.MANUAL
        if kind is Kind.INBOUND and not times.inbound:
            kind = Kind.AUTOMATIC
        transfer, second = Transfer.NONE, None
        if kind is not Kind.INBOUND:
            transfer = draw_transfer(rng, talk)
        if transfer in (Transfer.THREE_WAY, Transfer.BLIND):
            second = next(queue, None)
        if second is None and transfer is not Transfer.QUEUE:
            transfer = Transfer.NONE
        need_ms = ring_ms + (talk.seconds + 2) * 1_000
        if second is not None:
            need_ms += 6_000 + (second.seconds + 1) * 1_000
        yield Try(times.draw_ms(kind, need_ms), kind, talk, transfer, second, ring_ms)


class _Times:
    """Draws the instants of dialing: inbound at any hour, the rest in calling hours."""

    def __init__(self, route: Route, clock: LocalTime, span: Span, rng: Random) -> None:
        self.inbound = bool(route.dids)
        self._span = span
        self._rng = rng
        windows = clock.calling_windows(
            span.first, span.last, route.opening_hour, route.closing_hour
        )
        if sum(last - first for first, last in windows) < _ENOUGH_CALLING_SECONDS:
            windows = [(span.first, span.last)]
        self._windows = windows
        self._ends = _cumulated(windows)
        fold = clock.repeated_hour(span.first, span.last) if self.inbound else None
        # Calls in the hour that the clocks repeat: the same local time twice.
        self._folds = (
            [] if fold is None else [fold - 1_800 + 3_600 * (n % 2) for n in range(_FOLD_CALLS)]
        )

    def draw_ms(self, kind: Kind, need_ms: int) -> int:
        """An instant after which a call that needs so long still ends before the span's limit."""
        span, rng = self._span, self._rng
        if kind is Kind.INBOUND:
            if self._folds:
                at = self._folds.pop() * 1000
            else:
                at = int((span.first + rng.random() * span.seconds) * 1000)
        else:
            offset = rng.random() * self._ends[-1]
            index = bisect.bisect_right(self._ends, offset)
            at = int((self._windows[index][1] - (self._ends[index] - offset)) * 1000)
        latest = span.limit * 1000 - need_ms - 1_000
        return max(span.first * 1000, min(at, latest - int(rng.random() * 1_000)))


def _cumulated(windows: list[Window]) -> list[int]:
    ends, total = [], 0
    for first, last in windows:
        total += last - first
        ends.append(total)
    return ends
