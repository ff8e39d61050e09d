"""The edge when clients are slow, greedy or rude, when what is behind it dies, and when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.ports import LOOPBACK
from tests.deploy.edge import (
    CLIENT_HOST,
    RunningEdge,
    as_gateway,
    connection_managers,
    running_edge,
)
from tests.deploy.manifests import K8S

_REQUESTS_AT_ONCE = 5
_PAUSE_SECONDS = 0.4
_UPLOAD = "/v1/tenants/abc/leadLists/l1:import"
_DRAIN = K8S / "base" / "edge" / "drain.sh"


def _smaller(config: dict[str, Any]) -> None:
    """The same edge with limits that a test can reach, and times that it need not wait for."""
    for manager in connection_managers(config):
        manager |= {"request_headers_timeout": "0.3s"}
        for route in manager["route_config"]["virtual_hosts"][0]["routes"]:
            if "max_stream_duration" in route.get("route", {}):
                route["route"]["max_stream_duration"] = {"max_stream_duration": "0.6s"}
            elif "route" in route:
                route["route"]["idle_timeout"] = "1.2s"
        for each in manager["http_filters"]:
            for descriptor in each["typed_config"].get("descriptors", ()):
                by_host = descriptor["entries"] == [{"key": "host"}]
                bucket = descriptor["token_bucket"]
                bucket |= {"max_tokens": _REQUESTS_AT_ONCE if by_host else 1000}
                bucket |= {"tokens_per_fill": 1, "fill_interval": "600s"}


@pytest.fixture(scope="module")
async def edge(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """An edge with small limits."""
    folder = tmp_path_factory.mktemp("edge")
    async with running_edge(folder, certificates, change=_smaller) as running:
        yield running


def _status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d+)", answer)
    assert found, answer
    return int(found[1])


async def _said_slowly(edge: RunningEdge, text: str, *pieces: bytes) -> bytes:
    """Sends what is begun, and pieces with pauses, if any; gives what comes back before the end."""
    reader, writer = await asyncio.open_connection(
        LOOPBACK, edge.ports.public, ssl=edge.trust, server_hostname=CLIENT_HOST
    )
    writer.write(text.encode())
    answer = b""
    for piece in pieces:
        # Whoever is answered before it has ended stops.
        with contextlib.suppress(TimeoutError):
            answer = await asyncio.wait_for(reader.read(65536), _PAUSE_SECONDS)
            break
        writer.write(piece)
    answer = answer or await asyncio.wait_for(reader.read(65536), 30)
    writer.close()
    return answer


async def test_headers_that_do_not_end_are_not_waited_for(edge: RunningEdge) -> None:
    """A thousand such connections cost their makers more than us."""
    answer = await _said_slowly(edge, f"GET / HTTP/1.1\r\nHost: slow.{CLIENT_HOST}\r\n")

    assert _status(answer) == 408
    assert b"REQUEST_TIMEOUT" in answer


async def test_a_body_that_does_not_end_is_not_waited_for(edge: RunningEdge) -> None:
    """And none of our programs hears of it."""
    head = f"POST / HTTP/1.1\r\nHost: slow.{CLIENT_HOST}\r\nContent-Length: 100\r\n\r\n"

    assert _status(await _said_slowly(edge, f"{head}only this")) == 408


async def test_a_file_may_take_longer_than_any_other_request(edge: RunningEdge) -> None:
    """As long as something of it comes: that of any other request is over between its pieces."""
    head = f"POST {_UPLOAD} HTTP/1.1\r\nHost: files.{CLIENT_HOST}\r\nContent-Length: 30\r\n\r\n"

    assert _status(await _said_slowly(edge, head, b"x" * 10, b"x" * 10, b"x" * 10)) == 200
    plain = head.replace(_UPLOAD, "/v1/tenants/abc/leads")
    assert _status(await _said_slowly(edge, plain, b"x" * 10, b"x" * 10, b"x" * 10)) == 408


async def test_a_file_that_does_not_go_on_is_not_waited_for(edge: RunningEdge) -> None:
    """Slow is allowed, silent is not."""
    head = f"POST {_UPLOAD} HTTP/1.1\r\nHost: files.{CLIENT_HOST}\r\nContent-Length: 30\r\n\r\n"

    assert _status(await _said_slowly(edge, head)) in (408, 504)


async def test_headers_that_are_too_large_are_refused(edge: RunningEdge) -> None:
    """With what to do about it."""
    answer = await edge.ask(host=f"large.{CLIENT_HOST}", headers={"x-large": "x" * 40_000})

    assert answer.status_code == 431
    assert answer.json()["error"]["details"][0]["reason"] == "HEADERS_TOO_LARGE"


async def test_too_many_headers_are_refused(edge: RunningEdge) -> None:
    """Each is small, and all together are work."""
    many = {f"x-header-{number}": "x" for number in range(100)}

    assert (await edge.ask(host=f"many.{CLIENT_HOST}", headers=many)).status_code == 431


@pytest.mark.parametrize("target", ["/v1/" + "a" * 8000, "/v1/calls?filter=" + "a" * 8000])
async def test_a_path_that_is_too_long_is_refused(edge: RunningEdge, target: str) -> None:
    """With or without a query, and none of our programs reads it."""
    fits = await edge.ask(target[:8000], host=f"long.{CLIENT_HOST}")
    answer = await edge.ask(target, host=f"longer.{CLIENT_HOST}")

    assert fits.status_code == 200
    assert answer.status_code == 414
    assert answer.json()["error"]["details"][0]["reason"] == "PATH_TOO_LONG"


async def test_who_asks_too_much_waits_and_nobody_else(edge: RunningEdge) -> None:
    """One client's host has so many requests at once; the next one's has its own."""
    greedy, other = f"greedy.{CLIENT_HOST}", f"other.{CLIENT_HOST}"
    answers = [await edge.ask(host=greedy) for _ in range(_REQUESTS_AT_ONCE + 1)]

    assert [each.status_code for each in answers] == [200] * _REQUESTS_AT_ONCE + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json()["error"]["details"][0]["reason"] == "TOO_MANY_REQUESTS"
    assert not [name for name in answers[-1].headers if "envoy" in name or "ratelimit" in name]
    assert (await edge.ask(host=other)).status_code == 200


@pytest.mark.parametrize(("method", "times"), [("POST", 1), ("GET", 3)])
async def test_an_application_that_dies_halfway_is_a_503(
    certificates: Path, tmp_path: Path, method: str, times: int
) -> None:
    """Not repeated behind the client's back where what was begun may have been done; what only
    reads is asked again, in case that another replica lives."""
    begun: list[bytes] = []

    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.append(await reader.readuntil(b"\r\n\r\n"))
        writer.transport.abort()

    async with running_edge(tmp_path, certificates, upstream=None) as edge:
        server = await asyncio.start_server(
            die, LOOPBACK, edge.ports.gateway_client, ssl=as_gateway(certificates)
        )
        async with server:
            answer = await edge.ask("/v1/payments", method=method, content=b"{}")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert len(begun) == times


async def test_before_it_ends_it_says_so_and_sends_clients_elsewhere(
    certificates: Path, tmp_path: Path
) -> None:
    """By the script of its manifest; who is connected is still served."""
    async with running_edge(tmp_path, certificates) as edge:
        at_once = {
            "PATH": os.environ["PATH"],
            "ADMIN_PORT": str(edge.ports.envoy_admin),
            "NOTICED_SECONDS": "0",
            "DRAIN_SECONDS": "0",
        }
        ready = f"http://{LOOPBACK}:{edge.ports.envoy_health}/ready"
        async with httpx.AsyncClient(trust_env=False) as balancer:
            before = (await balancer.get(ready)).status_code
            draining = await asyncio.create_subprocess_exec("bash", str(_DRAIN), env=at_once)
            status = await asyncio.wait_for(draining.wait(), 30)
            after = (await balancer.get(ready)).status_code
        answer = await edge.ask()

    assert (before, status, after) == (200, 0, 503)
    assert answer.status_code == 200
    assert answer.headers["connection"] == "close"
