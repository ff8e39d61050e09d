"""What the simulator remembers between runs, in its own directory."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from simulators.dialer.scenario import Scenario
from simulators.dialer.totals import Totals, write_json

_FIELDS = 15


@dataclass
class State:
    """`started` (epoch seconds) fixes what "month to date" is; `runs` counts live runs."""

    scenario: str
    seed: int
    started: int
    journals_written: bool = False
    tables_written: bool = False
    runs: int = 0


class StateMismatch(Exception):
    """The directory belongs to another scenario or seed."""


class StateDirectory:
    """The simulator's directory: state.json, totals.json and the journals."""

    def __init__(self, directory: Path, journals: Path | None = None) -> None:
        self.directory = directory
        self.journals = journals or directory / "journals"
        self._state_file = directory / "state.json"
        self._totals_file = directory / "totals.json"

    def read(self) -> State | None:
        """The state of earlier runs, None if there were none."""
        if not self._state_file.exists():
            return None
        return State(**json.loads(self._state_file.read_text(encoding="utf-8")))

    def open(self, scenario: str, seed: int, now: int) -> State:
        """The state of earlier runs, or a new one that begins now.

        Raises StateMismatch if the earlier runs had another scenario or seed.
        """
        state = self.read()
        if state is None:
            state = State(scenario, seed, now)
            self.save(state)
        elif (state.scenario, state.seed) != (scenario, seed):
            raise StateMismatch(
                f"{self.directory} belongs to scenario {state.scenario}, seed {state.seed}"
            )
        return state

    def save(self, state: State) -> None:
        """Writes the state, at once or not at all."""
        write_json(self._state_file, asdict(state))

    def save_totals(self, totals: Totals, sizes: dict[str, int]) -> None:
        """Writes the totals and the journal sizes up to which they count, in one step."""
        write_json(self._totals_file, {**totals.as_json(), "journal_sizes": sizes})

    def totals(self, scenario: Scenario) -> Totals:
        """The truth as of now: the saved totals, plus what the journals have got since.

        Only live dialing writes after a save, and it writes each leg once; so every good line of
        the tail is a leg.
        """
        sizes: dict[str, int] = {}
        totals = Totals()
        if self._totals_file.exists():
            content = json.loads(self._totals_file.read_text(encoding="utf-8"))
            totals, sizes = Totals.from_json(content), content["journal_sizes"]
        for route in scenario.routes:
            totals.add_route(route.code, route.tenant, route.time_zone)
        for path in sorted(self.journals.glob("*/legs-*.journal")):
            counted = sizes.get(f"{path.parent.name}/{path.name}", 0)
            if path.stat().st_size > counted:
                with path.open("rb") as file:
                    file.seek(counted)
                    _count_lines(totals, file.read())
        return totals


def _count_lines(totals: Totals, content: bytes) -> None:
    for line in content.split(b"\n")[:-1]:
        body, _, check = line.rpartition(b"|")
        fields = line.decode("ascii", "replace").split("|")
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()[:8]
        # What an answer tells, the leg's own line tells again.
        if len(fields) != _FIELDS or fields[1] != "L" or digest != check.decode("ascii", "replace"):
            continue
        answer, end = (int(text.replace(".", "") or 0) for text in fields[11:13])
        seconds = (end - answer + 500) // 1000 if answer else 0
        created = int(fields[4].partition(".")[0])
        totals.routes[fields[2]].count(created, seconds, answered=answer > 0)
