"""One run of the simulator: the history if it is missing, then live dialing until stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from simulators.dialer.history import MonthTooYoung
from simulators.dialer.journal import Journals
from simulators.dialer.live import LiveDialing
from simulators.dialer.past import write_history
from simulators.dialer.scenario import Live, Scenario
from simulators.dialer.state import State, StateDirectory
from simulators.dialer.tables.live import LiveTables


@dataclass(frozen=True)
class RunOptions:
    """`directory` is the simulator's own; without `database_url` no tables are written."""

    directory: Path
    scenario: Scenario
    seed: int = 1
    journals: Path | None = None
    database_url: str | None = None
    live: bool = True
    pace: float = 1.0


class Simulator:
    """Runs a scenario in its directory. A second run goes on where the first one ended."""

    def __init__(self, options: RunOptions) -> None:
        self._options = options
        self._store = StateDirectory(options.directory, options.journals)
        self._live: LiveDialing | None = None
        self._stopped = False

    def stop(self) -> None:
        """Ends `run` soon; may be called from a signal handler."""
        self._stopped = True
        if self._live is not None:
            self._live.stop()

    def run(self) -> None:
        """Returns when stopped, or after the history if there is nothing to dial live.

        Raises StateMismatch for a directory of another scenario or seed.
        """
        options = self._options
        state = self._store.open(options.scenario.name, options.seed, int(time.time()))
        self._history(state)
        if options.live and not self._stopped:
            self._dial(state)

    def _history(self, state: State) -> None:
        options, began = self._options, time.monotonic()
        while not self._stopped:
            try:
                write_history(options.scenario, state, self._store, options.database_url)
            except MonthTooYoung as young:
                time.sleep(young.seconds)
                state.started = int(time.time())
                self._store.save(state)
            else:
                print(f"dialer: history ready after {time.monotonic() - began:.1f} s", flush=True)
                return

    def _dial(self, state: State) -> None:
        options = self._options
        scenario = _at_pace(options.scenario, options.pace)
        totals = self._store.totals(scenario)
        state.runs += 1
        self._store.save(state)
        journals = Journals(self._store.journals)
        tables = LiveTables(scenario, options.database_url) if options.database_url else None
        self._live = LiveDialing(scenario, options.seed, state.runs, journals, totals, tables)
        if self._stopped:
            self._live.stop()
        print("dialer: dialing", flush=True)
        self._live.run(lambda: self._store.save_totals(totals, journals.sizes()))
        self._store.save_totals(totals, journals.sizes())
        journals.close()
        if tables is not None:
            tables.close()
        print("dialer: stopped, every leg hung up", flush=True)


def _at_pace(scenario: Scenario, pace: float) -> Scenario:
    """The scenario with its live rates multiplied."""
    routes = []
    for route in scenario.routes:
        live = route.live
        if live is not None:
            live = Live(live.legs_per_second * pace, live.average_talk_seconds)
        routes.append(replace(route, live=live))
    return replace(scenario, routes=tuple(routes))
