"""What searching every answer for secret words costs, against the same answers without it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from bench.figure import Figure, middle
from services.gateway.http.asgi import Application, Message
from services.kit.clock import MovableClock
from tests.support.gateway.running import Running, a_gateway

_WORDS = "\n".join(f"secret-vendor-{number}.example" for number in range(200))
_REQUESTS = 400
_MOST = 1.1
_ASKED = {
    "a page of 20 calls by the API": "/v1/tenants/abc-solar/calls",
    "the API's description as a page": "/docs",
}


def measure() -> list[Figure]:
    """Milliseconds of an answer with 200 words and with none, in turns, without the network."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    clock = MovableClock(datetime(2025, 10, 15, 12, 0, tzinfo=UTC))
    async with a_gateway(clock, words=_WORDS) as guarded, a_gateway(clock, words="") as bare:
        for running in (guarded, bare):
            running.world.requests_per_minute = 1_000_000
        return [await _compared(name, path, guarded, bare) for name, path in _ASKED.items()]


async def _compared(name: str, path: str, guarded: Running, bare: Running) -> Figure:
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(_REQUESTS):
        # One after the other, so that whatever else the machine does is done to both.
        for is_guarded in (number % 2 == 0, number % 2 == 1):
            asked = (guarded if is_guarded else bare).gateway.for_clients
            times[is_guarded].append(await _milliseconds(asked, path))
    ours, reference = middle(times[True]), middle(times[False])
    ratio = ours / reference
    promise = f"at most {_MOST:g}"
    return Figure(f"leak guard: {name}", "ms", ours, reference, ratio, promise, ratio <= _MOST)


async def _milliseconds(application: Application, path: str) -> float:
    begin = time.perf_counter()
    assert await _status(application, path) == 200
    return (time.perf_counter() - begin) * 1000


async def _status(application: Application, path: str) -> int:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "https",
        "headers": [
            (b"host", b"abc-solar.dialer.example"),
            (b"authorization", b"Bearer key-abc-solar"),
        ],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    status: int = sent[0]["status"]
    return status
