"""The scenarios that `--scenario` knows by name."""

from __future__ import annotations

from simulators.dialer.scenario import Scenario
from simulators.dialer.scenarios import demo, small

_SCENARIOS = {"demo": demo.SCENARIO, "small": small.SCENARIO}


def names() -> list[str]:
    """Every scenario's name."""
    return sorted(_SCENARIOS)


def load(name: str) -> Scenario:
    """The scenario of this name; KeyError if there is none."""
    return _SCENARIOS[name]
