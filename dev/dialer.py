"""The dialer simulator as a program: how it is started, and its own count of what it dialed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.paths import ROOT
from dev.processes import NotReady

TIME_ZONE = "America/New_York"
"""The zone that the simulated cluster's tables are written in."""


@dataclass(frozen=True)
class Cluster:
    """A simulated cluster: its name, and its hosts with what its tables call them."""

    name: str
    hosts: Mapping[str, str]


CLUSTERS = {
    "demo": Cluster("east", {"dialer-1": "10.20.0.11"}),
    "small": Cluster("test", {"dialer-1": "10.20.0.11", "dialer-2": "10.20.0.12"}),
}


@dataclass(frozen=True)
class Dialer:
    """Where a simulator keeps its state and its journals, and what it dials."""

    directory: Path
    journals: Path
    database_url: str
    scenario: str = "demo"
    seed: int = 1
    pace: float = 1.0

    def command(self) -> list[str]:
        """The command line that makes the history once and then dials until stopped."""
        options = ["--scenario", self.scenario, "--seed", str(self.seed), "--pace", str(self.pace)]
        places = ["--database-url", self.database_url, *self._places()]
        return [sys.executable, "-m", "simulators.dialer", "run", *options, *places]

    def web_api_command(self, address: str, user: str) -> list[str]:
        """The command line that serves the web API; the password is in its environment."""
        options = ["--listen", address, "--user", user, "--hosts", *self.cluster.hosts.values()]
        options += ["--database-url", self.database_url]
        return [sys.executable, "-m", "simulators.dialer", "web-api", *options]

    @property
    def cluster(self) -> Cluster:
        """What it pretends to be."""
        return CLUSTERS[self.scenario]

    def totals(self) -> DialedTotals:
        """What was dialed so far. Raises NotReady before the history is written."""
        finished = subprocess.run(
            [sys.executable, "-m", "simulators.dialer", "totals", *self._places()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise NotReady(f"The simulator has no totals: {finished.stderr.strip()[-1000:]}")
        return DialedTotals(json.loads(finished.stdout))

    def _places(self) -> list[str]:
        return ["--directory", str(self.directory), "--journals", str(self.journals)]


@dataclass(frozen=True)
class DialedTotals:
    """The simulator's own truth, by route and month."""

    content: Mapping[str, Any]

    def billable_seconds(self, route_code: str, month: str) -> int:
        """Billable seconds of a route in a local month, `yyyy-mm`."""
        months = self.content["routes"].get(route_code, {}).get("months", {})
        return int(months.get(month, {}).get("billable_seconds", 0))
