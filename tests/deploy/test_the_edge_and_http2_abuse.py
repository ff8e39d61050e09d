"""The edge when somebody abuses HTTP/2: that connection ends, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dev.ports import LOOPBACK
from tests.deploy import http2_frames as h2
from tests.deploy.edge import CLIENT_HOST, RunningEdge, connection_managers, running_edge


def _no_delay(config: dict[str, Any]) -> None:
    """The edge as a cluster has it, but that it does not wait for a rude client to hang up."""
    for manager in connection_managers(config):
        manager |= {"delayed_close_timeout": "0.1s"}


def _short(config: dict[str, Any]) -> None:
    """The same, and no connection is long."""
    _no_delay(config)
    for manager in connection_managers(config):
        manager |= {"request_headers_timeout": "0.2s", "drain_timeout": "0.2s"}
        bounds = manager["common_http_protocol_options"]
        assert "max_connection_duration" in bounds
        bounds |= {"max_connection_duration": "0.5s"}
        for route in manager["route_config"]["virtual_hosts"][0]["routes"]:
            if "max_stream_duration" in route.get("route", {}):
                route["route"]["max_stream_duration"] = {"max_stream_duration": "0.3s"}


@pytest.fixture(scope="module")
async def edge(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """The edge as a cluster has it."""
    folder = tmp_path_factory.mktemp("edge")
    async with running_edge(folder, certificates, change=_no_delay) as running:
        yield running


@pytest.fixture(scope="module")
async def short(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """An edge with times that a test can wait for."""
    folder = tmp_path_factory.mktemp("short")
    async with running_edge(folder, certificates, change=_short) as running:
        yield running


async def _until_it_ends(edge: RunningEdge, rudeness: bytes, certificates: Path) -> None:
    """Says it, takes all answers, and returns when the edge has ended the connection; it must."""
    trust = ssl.create_default_context(cafile=str(certificates / "edge" / "ca.pem"))
    trust.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection(
        LOOPBACK, edge.ports.public, ssl=trust, server_hostname=CLIENT_HOST
    )
    # What is still on its way when the other side has ended is answered with a reset.
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        writer.write(h2.PREFACE + h2.settings() + rudeness)
        while await asyncio.wait_for(reader.read(65536), 30):
            pass
    writer.transport.abort()


@pytest.mark.parametrize(
    "rudeness",
    [
        pytest.param(h2.rapid_reset(CLIENT_HOST, 3000), id="rapid-reset"),
        pytest.param(h2.empty_continuations(CLIENT_HOST, 2000), id="empty-continuations"),
        pytest.param(h2.endless_headers(CLIENT_HOST, 5000), id="endless-headers"),
        pytest.param(
            h2.settings_acknowledged() + h2.streams(CLIENT_HOST, 5000), id="too-many-streams"
        ),
        pytest.param(h2.priorities(20_000), id="priorities"),
        pytest.param(h2.settings(20_000), id="settings"),
    ],
)
async def test_a_connection_that_floods_is_ended(
    edge: RunningEdge, certificates: Path, rudeness: bytes
) -> None:
    """Ended, not served; the next client is."""
    await _until_it_ends(edge, rudeness, certificates)

    assert (await edge.ask()).status_code == 200


@pytest.mark.parametrize(
    "rudeness",
    [
        pytest.param(h2.endless_headers(CLIENT_HOST, 20), id="headers-that-stop-halfway"),
        pytest.param(h2.streams(CLIENT_HOST, 5000), id="too-many-streams-unaware-of-the-limit"),
        pytest.param(h2.pings(2000), id="pings"),
    ],
)
async def test_what_is_refused_piece_by_piece_ends_with_its_connection(
    short: RunningEdge, certificates: Path, rudeness: bytes
) -> None:
    """No connection is for ever, whatever is sent on it."""
    await _until_it_ends(short, rudeness, certificates)

    assert (await short.ask()).status_code == 200
