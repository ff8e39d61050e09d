"""Requests per second of an HTTP address, by wrk."""

from __future__ import annotations

import re
import shutil
import subprocess

from dev import debian

_CONNECTIONS = 16


def requests_per_second(url: str, headers: dict[str, str], seconds: int = 5) -> float:
    """Loads an address for some seconds; raises AssertionError unless every answer was a 2xx."""
    if shutil.which("wrk") is None:
        debian.install("wrk", instead="install wrk")
    options = [f"-H{name}: {value}" for name, value in headers.items()]
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", *options, url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in output, output
    assert "Socket errors" not in output, output
    found = re.search(r"Requests/sec:\s+([0-9.]+)", output)
    assert found, output
    return float(found[1])
