"""Prometheus, which shows the suite's metrics: Debian's package, unpacked and not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dev import debian
from dev.paths import ROOT, RUN
from dev.say import give_up, say

VARIABLE = "VENEER_PROMETHEUS_BIN"
ALERTS = ROOT / "deploy" / "k8s" / "components" / "telemetry" / "alerts.yaml"
_UNPACKED = RUN / "prometheus"
_PROGRAMS = ("prometheus", "promtool")
_SCRAPE_SECONDS = 5


def ensure_prometheus() -> None:
    """Sees to `prometheus` and `promtool`; no system service comes with them."""
    if all(_find(name) for name in _PROGRAMS):
        return
    if os.environ.get(VARIABLE):
        give_up(f"{VARIABLE}={os.environ[VARIABLE]} holds no {' and no '.join(_PROGRAMS)}.")
    say("setup: unpacking Debian's prometheus")
    folder = f"a folder that holds {' and '.join(_PROGRAMS)}"
    with tempfile.TemporaryDirectory(dir=RUN) as place:
        package = debian.download("prometheus", Path(place), instead=f"set {VARIABLE} to {folder}")
        subprocess.run(["dpkg-deb", "--extract", package, _UNPACKED], check=True)


def program(name: str) -> str:
    """Path of one of Prometheus' programs."""
    return _find(name) or give_up(f"{name} was not found. Run `make setup`, or set {VARIABLE}.")


def write_configuration(path: Path, targets: Mapping[str, str]) -> None:
    """Writes what Prometheus is to ask, by member and address, with the alerts of the cluster.

    It is JSON, which is YAML too.
    """
    jobs = [
        {"targets": [address], "labels": {"member": member}} for member, address in targets.items()
    ]
    described = {
        "global": {"scrape_interval": f"{_SCRAPE_SECONDS}s", "evaluation_interval": "5s"},
        "rule_files": [str(ALERTS)],
        "scrape_configs": [{"job_name": "veneer", "static_configs": jobs}],
    }
    path.write_text(json.dumps(described, indent=2))


def command(configuration: Path, data: Path, address: str) -> list[str]:
    """How Prometheus is started."""
    return [
        program("prometheus"),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]


def _find(name: str) -> str | None:
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(name, path=named)
    return shutil.which(name) or shutil.which(name, path=str(_UNPACKED / "usr" / "bin"))
