"""A request's trace is named after the id under which the edge logs it."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.http.measuring import Measuring
from services.kit.telemetry import traceparent

REQUEST_ID = b"7f9c24e8-3b12-4fef-91a0-5d36a1c11111"
TRACE = "7f9c24e83b124fef91a05d36a1c11111"


async def _trace_in(headers: list[tuple[bytes, bytes]]) -> str:
    """Gives what a call made on behalf of a request with these headers would send on."""
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(traceparent() or "")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nothing(*_: Any) -> Any:
        return {}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    await Measuring(application, "client")(scope, nothing, nothing)
    return seen[0]


async def test_the_edges_request_id_is_the_trace() -> None:
    """So that its log and the services' can be joined."""
    assert (await _trace_in([(b"x-request-id", REQUEST_ID)])).split("-")[1] == TRACE


async def test_a_trace_that_has_begun_goes_on() -> None:
    """As W3C's header has it."""
    other = b"00-11111111111111111111111111111111-2222222222222222-01"
    headers = [(b"x-request-id", REQUEST_ID), (b"traceparent", other)]

    assert (await _trace_in(headers)).split("-")[1] == "1" * 32


@pytest.mark.parametrize("request_id", [b"", b"x", REQUEST_ID + b"\n", b"-" * 36])
async def test_what_is_no_request_id_begins_a_trace_of_its_own(request_id: bytes) -> None:
    """Nobody outside gets text of theirs into our logs by it."""
    assert len((await _trace_in([(b"x-request-id", request_id)])).split("-")[1]) == 32
