"""Many legs quickly, for tests and measurements: journals alone, no tables, no waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from simulators.dialer.calls import Leg
from simulators.dialer.journal import Journals, line
from simulators.dialer.local_time import utc_day
from simulators.dialer.talk import answered_ms, draw
from simulators.dialer.totals import Totals

_FLUSH_LINES = 20_000
_KNOWN_TALKS = 4_096
_AREAS = ("212", "312", "415", "305", "617")


@dataclass(frozen=True)
class BacklogRoute:
    """A route to make legs for; totals are counted by local date in its zone."""

    code: str
    time_zone: str
    tenant: str = ""


@dataclass(frozen=True)
class BacklogFaults:
    """What goes wrong, how often. None of it changes the totals.

    `duplicates`: good lines written a second time, later on. `malformed`: lines that are none.
    `late_lines`: lines that land at the end of the day's file after the next day's has begun.
    `truncated_last_line`: each host's last file ends in the middle of one more line. Whatever is
    appended to such a file later loses its first line to the cut one.
    """

    duplicates: int = 0
    malformed: int = 0
    late_lines: int = 0
    truncated_last_line: bool = False


@dataclass(frozen=True)
class Backlog:
    """`legs` legs spread evenly over [first, last) (epoch seconds), routes and hosts in turn."""

    routes: Sequence[BacklogRoute]
    legs: int
    first: int
    last: int
    seed: int = 1
    hosts: Sequence[str] = ("dialer-1",)
    answered: float = 0.6
    average_talk_seconds: int = 90
    faults: BacklogFaults = BacklogFaults()


def write_backlog(directory: Path, backlog: Backlog) -> Totals:
    """Writes the journals under `directory` and returns what they hold.

    The same backlog always gives the same bytes. Files that are there are appended to. All legs end
    before `last` unless they are longer than the whole span.
    """
    totals = Totals()
    for route in backlog.routes:
        totals.add_route(route.code, route.tenant, route.time_zone)
    files = _Files(directory, backlog)
    for route, leg, host in _legs(backlog):
        files.write(host, leg.end_ms, line(route.code, leg))
        totals.routes[route.code].count(
            leg.created(), leg.billable_seconds(), answered=leg.answer_ms > 0
        )
    files.finish()
    for name, number in (
        ("duplicates", backlog.faults.duplicates),
        ("malformed", backlog.faults.malformed),
    ):
        if number:
            totals.bad_lines[name] = number
    return totals


def _legs(backlog: Backlog) -> Iterator[tuple[BacklogRoute, Leg, str]]:
    """Legs in order of their start."""
    rng = Random(f"{backlog.seed}:backlog")
    talks = [draw(rng, backlog.average_talk_seconds).seconds for _ in range(_KNOWN_TALKS)]
    span_ms = (backlog.last - backlog.first) * 1000
    for number in range(backlog.legs):
        route = backlog.routes[number % len(backlog.routes)]
        start = backlog.first * 1000 + span_ms * number // backlog.legs
        roll = rng.random()
        answer, end, cause = 0, start + 4_000 + int(roll * 20_000), 19
        if roll < backlog.answered:
            answer = start + 1_000 + int(roll * 12_000)
            end = answer + answered_ms(rng, talks[number % _KNOWN_TALKS])
            cause = 16
        over = end - backlog.last * 1000
        if over >= 0:
            # Begun earlier instead of cut short: durations stay as drawn.
            earlier = min(over + 1_000, start - backlog.first * 1000)
            start, end, answer = start - earlier, end - earlier, answer and answer - earlier
        host = backlog.hosts[number // len(backlog.routes) % len(backlog.hosts)]
        yield route, _leg(number, start, answer, end, cause), host


def _leg(number: int, start: int, answer: int, end: int, cause: int) -> Leg:
    epoch, first = start // 1000, number * 4
    return Leg(
        direction="o",
        uniqueid=f"{epoch}.{first + 3}",
        linkedid=f"{epoch}.{first}",
        caller=f"{epoch}.{first + 1}",
        code=f"V{epoch % 1_000_000_000:09d}{1 + number % 100_000:010d}",
        dialled=f"1{_AREAS[number % len(_AREAS)]}55501{number % 100:02d}",
        caller_id="12125550199",
        start_ms=start,
        answer_ms=answer,
        end_ms=end,
        cause=cause,
    )


class _Files:
    """Lines on their way to the files, with the faults worked in."""

    def __init__(self, directory: Path, backlog: Backlog) -> None:
        self._journals = Journals(directory)
        self._faults = backlog.faults
        self._rng = Random(f"{backlog.seed}:backlog faults")
        self._every = {
            name: max(1, backlog.legs // number) if number else 0
            for name, number in vars(backlog.faults).items()
        }
        self._made = dict.fromkeys(self._every, 0)
        self._pending: dict[tuple[str, str], list[str]] = {}
        self._held: list[tuple[str, str, str]] = []
        self._last: dict[str, tuple[str, str]] = {}
        self._lines = 0

    def write(self, host: str, end_ms: int, text: str) -> None:
        """Takes one good line, and now and then makes a bad one to go with it."""
        day = utc_day(end_ms // 1000)
        self._lines += 1
        due = [name for name, every in self._every.items() if every and self._due(name, every)]
        if "late_lines" in due:
            self._held.append((host, day, text))
        else:
            self._put(host, day, text)
        if "duplicates" in due:
            self._held.append((host, day, text))
        if "malformed" in due:
            self._put(host, day, f"{self._rng.randrange(1_000_000)} not a leg\n")
        if self._lines % _FLUSH_LINES == 0:
            self._flush()

    def finish(self) -> None:
        """Writes what was held back, then the cut lines."""
        self._flush()
        for host, day, text in self._held:
            self._put(host, day, text)
        self._flush()
        if self._faults.truncated_last_line:
            for host, (day, text) in self._last.items():
                self._put(host, day, text[: len(text) // 2])
            self._flush()

    def _due(self, name: str, every: int) -> bool:
        if self._lines % every or self._made[name] >= int(getattr(self._faults, name)):
            return False
        self._made[name] += 1
        return True

    def _put(self, host: str, day: str, text: str) -> None:
        self._pending.setdefault((host, day), []).append(text)
        if day >= self._last.get(host, ("", ""))[0]:
            self._last[host] = (day, text)

    def _flush(self) -> None:
        for (host, day), texts in self._pending.items():
            path = self._journals.directory / host / f"legs-{day}.journal"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write("".join(texts).encode("ascii"))
        self._pending.clear()
