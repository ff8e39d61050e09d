"""The edge when somebody abuses HTTP/2: that connection ends, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dev.ports import LOOPBACK
from tests.deploy import http2_frames as h2
from tests.deploy.edge import CLIENT_HOST, RunningEdge, running_edge


@pytest.fixture(scope="module")
async def edge(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """The edge as a cluster has it."""
    async with running_edge(tmp_path_factory.mktemp("edge"), certificates) as running:
        yield running


async def _answer_to(edge: RunningEdge, rudeness: bytes, certificates: Path) -> bytes:
    """All that is answered until the edge ends the connection; it must."""
    trust = ssl.create_default_context(cafile=str(certificates / "edge" / "ca.pem"))
    trust.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection(
        LOOPBACK, edge.ports.public, ssl=trust, server_hostname=CLIENT_HOST
    )
    answer = b""
    # What is still on its way when the other side has ended is answered with a reset.
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        writer.write(h2.PREFACE + h2.settings() + rudeness)
        while piece := await asyncio.wait_for(reader.read(65536), 30):
            answer += piece
            if _kinds(answer).count(h2.GOAWAY):
                break
    writer.transport.abort()
    return answer


def _kinds(answer: bytes) -> list[int]:
    kinds, at = [], 0
    while at + 9 <= len(answer):
        kinds.append(answer[at + 3])
        at += 9 + int.from_bytes(answer[at : at + 3], "big")
    return kinds


@pytest.mark.parametrize(
    "rudeness",
    [
        pytest.param(h2.rapid_reset(CLIENT_HOST, 3000), id="rapid-reset"),
        pytest.param(h2.empty_continuations(CLIENT_HOST, 2000), id="empty-continuations"),
        pytest.param(h2.priorities(20_000), id="priorities"),
    ],
)
async def test_a_connection_that_floods_is_ended(
    edge: RunningEdge, certificates: Path, rudeness: bytes
) -> None:
    """Ended, not served; the next client is."""
    await _answer_to(edge, rudeness, certificates)

    assert (await edge.ask()).status_code == 200
