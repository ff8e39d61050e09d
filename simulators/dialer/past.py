"""Writes a scenario's history: journals first, so that they can be shipped, then the tables."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from simulators.dialer.bad_lines import bad_lines
from simulators.dialer.calls import Call, Leg
from simulators.dialer.history import plan
from simulators.dialer.journal import Journals, line, lines_by_day
from simulators.dialer.scenario import Scenario
from simulators.dialer.state import State, StateDirectory
from simulators.dialer.tables.bulk import load
from simulators.dialer.tables.connection import connect
from simulators.dialer.totals import Totals


def write_history(
    scenario: Scenario, state: State, store: StateDirectory, database_url: str | None
) -> None:
    """Writes what of the history is not written yet.

    It depends on scenario, seed and the instant of the first run alone, so a run that was killed
    goes on where it stopped. Without a database URL it writes journals only. Raises MonthTooYoung.
    """
    tables_missing = database_url is not None and not state.tables_written
    if state.journals_written and not tables_missing:
        return
    with _no_cycle_collection():
        calls = list(plan(scenario, state.seed, state.started))
        if not state.journals_written:
            _write_journals(scenario, state, store, calls)
            state.journals_written = True
            store.save(state)
        if database_url is not None and not state.tables_written:
            connection = connect(database_url)
            try:
                load(connection, scenario, calls, state.started)
            finally:
                connection.close()
            state.tables_written = True
            store.save(state)


def _write_journals(
    scenario: Scenario, state: State, store: StateDirectory, calls: list[Call]
) -> None:
    totals = Totals()
    for route in scenario.routes:
        totals.add_route(route.code, route.tenant, route.time_zone)
    lines: dict[str, list[tuple[int, str]]] = {host.name: [] for host in scenario.hosts()}
    marked: dict[str, list[Leg]] = {r.code: [] for r in scenario.routes if r.bad_lines.total()}
    for call in calls:
        code = call.route.code
        for leg in call.legs:
            lines[call.route.host.name].append((leg.end_ms, line(code, leg)))
            totals.count(code, leg)
        if code in marked:
            marked[code] += call.legs
    for code, legs in marked.items():
        route = scenario.route(code)
        rng = Random(f"{state.seed}:{code}:bad lines")
        # Nothing is written after the instant of the first run.
        latest = state.started * 1000
        lines[route.host.name] += [
            (min(at, latest), text) for at, text in bad_lines(code, legs, route.bad_lines, rng)
        ]
        totals.count_bad(route.bad_lines)
    journals = Journals(store.journals)
    for host, texts in lines.items():
        for day, day_lines in lines_by_day(texts).items():
            journals.extend_to(host, day, day_lines)
    store.save_totals(totals, journals.sizes())


@contextmanager
def _no_cycle_collection() -> Iterator[None]:
    """A history is a million objects without cycles: looking for any takes half the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
