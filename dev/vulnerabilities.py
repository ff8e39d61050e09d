"""Known vulnerabilities of the packages that are locked, by pip-audit, which asks osv.dev."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from dev.paths import ROOT

LOCK = ROOT / "requirements.lock"
_OSV = "https://api.osv.dev/v1/query"
_SECONDS = "15"


class AdvisoriesNotReached(Exception):
    """Nobody could be asked, so nothing is known; the text is the reason."""


def vulnerabilities(lock: Path = LOCK, service: str = _OSV) -> list[tuple[str, str]]:
    """Gives each package with a known vulnerability, with its ids and the versions without it.

    Raises AdvisoriesNotReached. Nothing is installed, and no package index is asked.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip"]
    command += ["--require-hashes", "--vulnerability-service", "osv", "--osv-url", service]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", _SECONDS]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        told = json.loads(finished.stdout)
    except ValueError:
        reason = (finished.stderr.strip() or "no answer").splitlines()[-1]
        raise AdvisoriesNotReached(reason[:300]) from None
    return [
        (f"{package['name']} {package['version']}", _described(package["vulns"]))
        for package in told["dependencies"]
        if package.get("vulns")
    ]


def _described(vulns: list[dict[str, list[str]]]) -> str:
    known = ", ".join(str(each["id"]) for each in vulns)
    mended = sorted({version for each in vulns for version in each["fix_versions"]})
    return f"{known}; mended in {', '.join(mended) or 'no version yet'}"
