"""From a leg's end to the portal's figure, at the demo's load."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from bench.figure import Figure
from bench.suite import road
from tests.support.road import Client, Road

_ZONE = "America/New_York"
# The demo's live clients end about two legs a second together.
_PAUSE_SECONDS = 0.5
_LEGS = 120
_LIMIT_SECONDS = 5.0


def measure() -> list[Figure]:
    """The 99th percentile of the seconds until the client's own figure counts a leg."""
    with road() as running:
        client = running.a_client(_ZONE)
        waited = sorted(_dial(running, client))
    worst_but_one_in_a_hundred = waited[int(len(waited) * 0.99) - 1]
    return [
        Figure.at_most(
            "latency: from a leg's end to the portal, p99",
            "s",
            worst_but_one_in_a_hundred,
            _LIMIT_SECONDS,
        )
    ]


def _dial(running: Road, client: Client) -> list[float]:
    """Ends legs at a steady pace and asks for the figure all the time."""
    month = datetime.now(ZoneInfo(_ZONE)).strftime("%Y-%m")
    ended: list[float] = []
    waited: list[float] = []
    next_end = time.monotonic()
    while len(waited) < _LEGS:
        if len(ended) < _LEGS and time.monotonic() >= next_end:
            ended.append(time.monotonic())
            running.end_leg_now(client)
            next_end += _PAUSE_SECONDS
        counted = int(running.month_of(client, month)["callCount"])
        now = time.monotonic()
        waited += [now - ended[number] for number in range(len(waited), counted)]
        assert now - ended[0] < _LEGS * _PAUSE_SECONDS + 60, "legs do not arrive"
    return waited
