"""Certificates and keys change while services run: old and new side by side, nobody is refused."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
import pytest_asyncio

from dev.certificates import ensure_certificates
from services.kit.clock import MovableClock
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import (
    PrincipalInvalid,
    PrincipalSigner,
    PrincipalVerifier,
    new_key_pair,
    principal_metadata,
)
from services.kit.rpc.server import ServeOptions, Server
from tests.rpc.kit.probe_server import ProbeService, a_request
from tests.support.mounted import Mounted
from tests.support.probe import rpc


@pytest.fixture
def meshes(tmp_path: Path) -> tuple[Path, Path]:
    """Two meshes with authorities of their own."""
    for name in ("old", "new"):
        ensure_certificates(tmp_path / name)
    return tmp_path / "old" / "mesh", tmp_path / "new" / "mesh"


@pytest.fixture
def mounted(tmp_path: Path, meshes: tuple[Path, Path]) -> Mounted:
    """The old mesh's certificates, mounted."""
    made = Mounted(tmp_path / "mounted")
    made.change((meshes[0] / "ca.pem").read_bytes(), meshes[0])
    return made


class Rotated:
    """A server and a channel that stay, and all that reads what is mounted."""

    def __init__(self, server: Server, mounted: Mounted, signer: PrincipalSigner) -> None:
        self._server, self._mounted, self._signer = server, mounted, signer
        self.channel = self.open(mounted.path)

    def open(self, certificates: Path) -> grpc.aio.Channel:
        """Opens a channel with certificates as they are now."""
        return secure_channel("gateway", "usage", f"127.0.0.1:{self._server.port}", certificates)

    async def asks(self, channel: grpc.aio.Channel) -> None:
        """Asks something that needs a certificate and a principal."""
        token, _ = self._signer.sign("tenants/abc/users/u1", "abc", "client", {"probes.read"})
        stub = rpc.ProbeServiceStub(channel)
        await stub.GetProbe(a_request(), metadata=principal_metadata(token), wait_for_ready=True)

    async def everybody_asks(self) -> None:
        """By the connection that is there, and by a fresh one."""
        await self.asks(self.channel)
        async with self.open(self._mounted.path) as fresh:
            await self.asks(fresh)


@pytest_asyncio.fixture
async def rotated(mounted: Mounted, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Rotated]:
    """A server that reads its certificates where they are mounted."""
    keys = tmp_path / "old"
    server = Server(
        ServeOptions(
            identity="usage",
            listen="127.0.0.1:0",
            certificates=mounted.path,
            services=[(rpc.add_ProbeServiceServicer_to_server, ProbeService())],
            verifier=PrincipalVerifier.from_file(keys / "principal.public.jwk", clock),
            grace_seconds=0,
        )
    )
    await server.start()
    made = Rotated(
        server, mounted, PrincipalSigner.from_file(keys / "principal.private.jwk", clock)
    )
    try:
        yield made
    finally:
        await made.channel.close()
        await server.stop()


async def test_an_authority_is_replaced_while_services_talk(
    rotated: Rotated, mounted: Mounted, meshes: tuple[Path, Path]
) -> None:
    """Both are believed first, then certificates are the new one's, then the old one is gone."""
    old, new = meshes
    both = (old / "ca.pem").read_bytes() + (new / "ca.pem").read_bytes()
    await rotated.everybody_asks()

    mounted.change(both, old)
    await rotated.everybody_asks()
    mounted.change(both, new)
    await rotated.everybody_asks()
    async with rotated.open(old) as stranger:
        # It does not believe the new authority yet, so it cannot be served.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stranger.channel_ready(), 0.5)
    mounted.change((new / "ca.pem").read_bytes(), new)
    await rotated.everybody_asks()


async def test_files_that_do_not_belong_together_are_not_used(
    rotated: Rotated, mounted: Mounted, meshes: tuple[Path, Path]
) -> None:
    """As when a key is written a moment after its certificate: what was read before serves."""
    old, new = meshes
    half = mounted.path.parent / "half"
    shutil.copytree(old, half)
    for name in ("usage", "gateway"):
        shutil.copy(new / f"{name}.pem", half / f"{name}.pem")
    await rotated.asks(rotated.channel)

    mounted.change((old / "ca.pem").read_bytes(), half)

    await rotated.asks(rotated.channel)
    async with rotated.open(old) as fresh:
        await rotated.asks(fresh)


def test_a_signing_key_is_replaced_while_it_is_used(tmp_path: Path, clock: MovableClock) -> None:
    """Both are verified, then the new one signs, then the old one is gone."""
    private, public = tmp_path / "private.jwk", tmp_path / "public.jwk"
    (old, old_public), (new, new_public) = new_key_pair(), new_key_pair()
    private.write_text(old)
    public.write_text(old_public)
    signer = PrincipalSigner.from_file(private, clock)
    verifier = PrincipalVerifier.from_file(public, clock)

    def token() -> str:
        return signer.sign("tenants/abc/users/u1", "abc", "client", set())[0]

    by_the_old = token()
    verifier.verify(by_the_old)
    public.write_text(f'{{"keys": [{old_public}, {new_public}]}}')
    verifier.verify(by_the_old)
    private.write_text(new)
    by_the_new = token()
    verifier.verify(by_the_new)
    verifier.verify(by_the_old)

    public.write_text(new_public)

    verifier.verify(by_the_new)
    with pytest.raises(PrincipalInvalid):
        verifier.verify(by_the_old)
