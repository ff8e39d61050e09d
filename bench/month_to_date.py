"""GET of month-to-date usage through edge and gateway, against the least that could answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.calls import Calls, send
from bench.figure import Figure, middle
from bench.load import requests_per_second
from bench.suite import road
from dev.ports import Ports
from dev.processes import Process, Program
from tests.support.road import Client, Road

_FEW_CALLS = 20_000
_ROUNDS = 3
_ZONE = "America/New_York"


def measure() -> list[Figure]:
    """Requests per second, in turns; of a client with ten times more calls stored too."""
    with road() as running, _reference(running) as reference_url:
        small, large = running.a_client(_ZONE), running.a_client(_ZONE)
        _store(running, small, _FEW_CALLS)
        _store(running, large, 10 * _FEW_CALLS)
        ours, reference, many = [], [], []
        for _ in range(_ROUNDS):
            reference.append(requests_per_second(reference_url, {}))
            ours.append(_ours(running, small))
            many.append(_ours(running, large))
    rates = (middle(ours), middle(reference))
    return [
        Figure.at_least("month to date: GET through the edge", "requests/s", rates, 0.5),
        Figure.at_least(
            "month to date: with ten times more calls",
            "requests/s",
            (middle(many), middle(ours)),
            0.9,
        ),
    ]


def _store(running: Road, client: Client, count: int) -> None:
    """Calls of the hours since the month began, or of the last day if it is younger."""
    now = datetime.now(ZoneInfo(_ZONE))
    start = min(now.replace(day=1, hour=0, minute=0, second=0), now - timedelta(days=1))
    first, last = int(start.timestamp()), int(now.timestamp()) - 3600
    calls = Calls(client.name, _ZONE, count, first, last)
    send(running.suite.address("usage"), running.suite.options.certificates / "mesh", calls)


def _ours(running: Road, client: Client) -> float:
    month = datetime.now(ZoneInfo(_ZONE)).strftime("%Y-%m")
    url = f"https://127.0.0.1:{running.suite.ports.public}/v1/{client.name}/usageSummaries/{month}"
    host = f"{client.rest.host}:{running.suite.ports.public}"
    return requests_per_second(url, {"Host": host, "Authorization": f"Bearer {client.rest.key}"})


@contextmanager
def _reference(running: Road) -> Iterator[str]:
    ports = Ports.free()
    http_port, echo_port = ports.public, ports.private
    programs = [
        _program("echo", ["echo", str(echo_port)]),
        _program("http", ["http", str(http_port), str(echo_port)]),
    ]
    url = f"http://127.0.0.1:{http_port}/"
    processes = [Process(program, running.suite.directory / "logs") for program in programs]
    try:
        for process in processes:
            process.start()
        _wait_for(url)
        yield url
    finally:
        for process in processes:
            process.stop()


def _program(name: str, arguments: list[str]) -> Program:
    return Program(
        name=f"bench-{name}",
        command=[sys.executable, "-m", "bench.echo", *arguments],
        environment={},
        ready=lambda: True,
    )


def _wait_for(url: str) -> None:
    command = ["curl", "-sf", "--retry", "50", "--retry-delay", "0", "--retry-all-errors", url]
    subprocess.run(command, check=True, capture_output=True)
