"""Certificates change under a running edge: nobody is refused, and nothing is restarted."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dev.certificates import ensure_certificates
from dev.ports import LOOPBACK
from tests.deploy.edge import CLIENT_HOST, RunningEdge, application, running_edge
from tests.support.eventually import eventually
from tests.support.mounted import Mounted


class Rotating:
    """An edge whose certificates are mounted; `old` and `new` are folders with mesh/ and edge/."""

    def __init__(self, folder: Path) -> None:
        self.old, self.new = folder / "old", folder / "new"
        for made in (self.old, self.new):
            ensure_certificates(made)
        self.folder = folder / "mounted"
        self.doors, self.mesh = Mounted(self.folder / "edge"), Mounted(self.folder / "mesh")
        self.doors.change(_authority(self.old / "edge"), self.old / "edge")
        self.mesh.change(_authority(self.old / "mesh"), self.old / "mesh")


def _authority(*folders: Path) -> bytes:
    return b"".join((folder / "ca.pem").read_bytes() for folder in folders)


@pytest.fixture
def rotating(tmp_path: Path) -> Rotating:
    """What is mounted, and what comes in its place."""
    return Rotating(tmp_path)


async def _shown(edge: RunningEdge) -> list[str]:
    """The certificates that new connections see at the two doors."""
    ports = (edge.ports.public, edge.ports.private)
    look = ssl.get_server_certificate
    return [await asyncio.to_thread(look, (LOOPBACK, port)) for port in ports]


async def test_each_door_shows_its_new_certificate(rotating: Rotating, tmp_path: Path) -> None:
    """To whoever comes; who is connected stays connected."""
    renewed = rotating.new / "edge"
    expected = [(renewed / name).read_text() for name in ("edge.pem", "console.pem")]
    async with running_edge(tmp_path / "edge", rotating.folder) as edge:
        place = httpx.URL(f"https://{LOOPBACK}:{edge.ports.public}/")
        async with httpx.AsyncClient(verify=edge.trust, trust_env=False) as connected:
            asked = connected.build_request(
                "GET",
                place,
                headers={"host": CLIENT_HOST},
                extensions={"sni_hostname": CLIENT_HOST},
            )
            before = (await connected.send(asked)).status_code
            rotating.doors.change(_authority(renewed), renewed)

            async def is_shown() -> bool:
                return await _shown(edge) == expected

            await eventually(is_shown, what="the new certificates")
            # It believes the old authority alone: a new connection would be refused.
            after = (await connected.send(asked)).status_code

    assert (before, after) == (200, 200)


@contextlib.asynccontextmanager
async def _gateway(edge: RunningEdge, certificates: Path) -> AsyncIterator[None]:
    async with application(edge.ports.gateway_client, certificates, "gateway"):
        yield


async def test_the_meshs_authority_is_replaced_under_the_edge(
    rotating: Rotating, tmp_path: Path
) -> None:
    """Both are believed first, then its certificate is the new one's, then the old one is gone."""
    old, new = rotating.old / "mesh", rotating.new / "mesh"
    async with running_edge(tmp_path / "edge", rotating.folder, upstream=None) as edge:

        async def is_served() -> bool:
            return (await edge.ask()).status_code == 200

        async def is_not_served() -> bool:
            return (await edge.ask()).status_code == 503

        async with _gateway(edge, rotating.old):
            assert await is_served()
        async with _gateway(edge, rotating.new):
            assert await is_not_served()
            rotating.mesh.change(_authority(old, new), new)
            await eventually(is_served, what="a gateway of the new authority")
        rotating.mesh.change(_authority(new), new)
        async with _gateway(edge, rotating.old):
            await eventually(is_not_served, what="the end of the old authority")
