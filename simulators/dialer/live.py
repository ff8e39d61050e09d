"""Dials in real time: a heap of things to do, each at its instant."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from functools import partial
from random import Random

from simulators.dialer.calls import Call, Kind, Leg, Transfer
from simulators.dialer.dialing import CHANNELS_PER_CALL, RouteDialer, Try, draw_transfer
from simulators.dialer.journal import Journals, answer_line, line
from simulators.dialer.scenario import Live, Route, Scenario
from simulators.dialer.tables.live import LiveTables
from simulators.dialer.tables.stage import Stage, stage_times
from simulators.dialer.talk import draw
from simulators.dialer.totals import Totals

# Every live run numbers its channels from a million of its own, so that a killed run repeats none.
_CHANNELS_PER_RUN = 10_000_000
_LONGEST_WAIT_SECONDS = 0.25
_SAVE_EVERY_MS = 5_000


class LiveDialing:
    """One live run. `stop()` may be called from a signal handler."""

    def __init__(
        self, scenario: Scenario, seed: int, run: int, journals: Journals, totals: Totals,
        tables: LiveTables | None,
    ) -> None:  # fmt: skip
        self._scenario = scenario
        self._journals = journals
        self._totals = totals
        self._tables = tables
        self._rng = Random(f"{seed}:live:{run}")
        self._sequence = run * _CHANNELS_PER_RUN
        self._dialers = {
            route.code: RouteDialer(
                route, number, scenario.time_zone, Random(f"{seed}:{route.code}:live:{run}")
            )
            for number, route in enumerate(scenario.routes)
        }
        self._todo: list[tuple[int, int, Callable[[], None]]] = []
        self._up: dict[int, tuple[Call, Leg]] = {}
        self._order = 0
        self._stopping = False

    def stop(self) -> None:
        """Ends `run` within a moment."""
        self._stopping = True

    def run(self, save: Callable[[], None]) -> None:
        """Dials until stopped, saving now and then; then hangs up every leg that is still up."""
        now = _now_ms()
        for route in self._scenario.routes:
            if route.live is not None:
                self._begin_under_way(route, route.live, now)
                self._schedule_next(route, route.live, now)
        self._schedule(now, lambda: self._save(save))
        while not self._stopping:
            now = _now_ms()
            while self._todo and self._todo[0][0] <= now and not self._stopping:
                heapq.heappop(self._todo)[2]()
            wait = (self._todo[0][0] - _now_ms()) / 1000 if self._todo else _LONGEST_WAIT_SECONDS
            time.sleep(min(_LONGEST_WAIT_SECONDS, max(0.0, wait)))
        self._hang_up_all(_now_ms())

    def _save(self, save: Callable[[], None]) -> None:
        save()
        self._schedule(_now_ms() + _SAVE_EVERY_MS, lambda: self._save(save))

    def _schedule(self, at_ms: int, action: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._todo, (at_ms, self._order, action))

    def _schedule_next(self, route: Route, live: Live, after_ms: int) -> None:
        at = after_ms + int(self._rng.expovariate(live.legs_per_second) * 1000)
        self._schedule(at, lambda: self._dial(route, live, at))

    def _dial(self, route: Route, live: Live, at_ms: int) -> None:
        self._begin(self._dialers[route.code].dial(self._try(route, live, at_ms), self._next()))
        self._schedule_next(route, live, at_ms)

    def _begin_under_way(self, route: Route, live: Live, now: int) -> None:
        """Calls dialed a while ago and still up, as a dialer that has run all along has them."""
        reach_ms = live.average_talk_seconds * 3_000
        count = int(live.legs_per_second * reach_ms / 1000)
        # In the order of their channels' numbers, as a dialer counts them.
        for at in sorted(now - 1 - int(self._rng.random() * reach_ms) for _ in range(count)):
            call = self._dialers[route.code].dial(self._try(route, live, at), self._next())
            if min(leg.end_ms for leg in call.legs) > now:
                self._begin(call)

    def _try(self, route: Route, live: Live, at_ms: int) -> Try:
        rng = self._rng
        roll = rng.random()
        kind = Kind.AUTOMATIC
        if roll < 0.12:
            kind = Kind.INBOUND if roll < 0.06 and route.dids else Kind.MANUAL
        answered = rng.random() * (1 + route.unanswered_per_answered) < 1 or kind is Kind.INBOUND
        talk = draw(rng, live.average_talk_seconds) if answered else None
        transfer, second = Transfer.NONE, None
        if talk is not None and kind is not Kind.INBOUND:
            transfer = draw_transfer(rng, talk)
            if transfer in (Transfer.THREE_WAY, Transfer.BLIND):
                second = draw(rng, live.average_talk_seconds)
        return Try(at_ms, kind, talk, transfer, second)

    def _begin(self, call: Call) -> None:
        for leg in call.legs:
            key = self._order
            self._up[key] = (call, leg)
            if leg.answer_ms:
                self._schedule(leg.answer_ms, partial(self._answer, key))
            self._schedule(leg.end_ms, partial(self._hang_up, key))
        if self._tables is not None:
            for at, stage in stage_times(call):
                self._schedule(at, partial(self._tables.reach, call, stage))

    def _answer(self, key: int) -> None:
        call, leg = self._up[key]
        text = answer_line(call.route.code, leg)
        self._journals.append(call.route.host.name, text, leg.answer_ms)

    def _hang_up(self, key: int) -> None:
        call, leg = self._up.pop(key)
        self._journals.append(call.route.host.name, line(call.route.code, leg), leg.end_ms)
        self._totals.count(call.route.code, leg)

    def _hang_up_all(self, now: int) -> None:
        """What a switch does when told to stop: every channel ends, and every handler runs."""
        for key in list(self._up):
            call, leg = self._up[key]
            if leg.start_ms > now:
                del self._up[key]
                continue
            leg.end_ms = now
            if leg.answer_ms > now:
                leg.answer_ms, leg.cause = 0, 19
                call.transfer = Transfer.NONE
            self._hang_up(key)
            if self._tables is not None and leg is call.leg:
                self._tables.reach(call, Stage.ENDED)

    def _next(self) -> int:
        self._sequence += CHANNELS_PER_CALL
        return self._sequence


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
