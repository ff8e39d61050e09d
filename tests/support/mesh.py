"""Servers and channels of the mesh for tests: real gRPC with mTLS on loopback."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grpc

from dev.certificates import ensure_certificates
from services.kit.clock import Clock
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import (
    Audience,
    PrincipalSigner,
    PrincipalVerifier,
    principal_metadata,
)
from services.kit.rpc.server import ServeOptions, Server, Service


@dataclass(frozen=True, slots=True)
class Mesh:
    """Certificates of every identity, and the key that principals are signed with."""

    folder: Path

    @property
    def certificates(self) -> Path:
        """The folder that servers and channels read."""
        return self.folder / "mesh"

    @property
    def public_key(self) -> Path:
        """The key that principals are verified with."""
        return self.folder / "principal.public.jwk"

    @property
    def private_key(self) -> Path:
        """The key that principals are signed with."""
        return self.folder / "principal.private.jwk"

    def channel(self, port: int, target: str, identity: str = "gateway") -> grpc.aio.Channel:
        """Opens a channel to a server on loopback."""
        return secure_channel(identity, target, f"127.0.0.1:{port}", self.certificates)

    def client(
        self, clock: Clock, tenant_id: str, permissions: Iterable[str], subject: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """Gives the metadata of a call in the name of one of a client's people, or of `subject`."""
        return self._metadata(clock, tenant_id, "client", permissions, subject)

    def operator(
        self, clock: Clock, tenant_id: str, permissions: Iterable[str], subject: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """Gives the metadata of a call in the name of one of the operator's people."""
        return self._metadata(clock, tenant_id, "operator", permissions, subject)

    def _metadata(
        self,
        clock: Clock,
        tenant_id: str,
        audience: Audience,
        permissions: Iterable[str],
        subject: str = "",
    ) -> tuple[tuple[str, str], ...]:
        signer = PrincipalSigner.from_file(self.private_key, clock)
        who = subject or f"tenants/{tenant_id}/users/u1"
        token, _ = signer.sign(who, tenant_id, audience, permissions)
        return principal_metadata(token)


@cache
def mesh() -> Mesh:
    """Gives the mesh of this test process, made once."""
    folder = Path(tempfile.mkdtemp(prefix="mesh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ensure_certificates(folder)
    return Mesh(folder)


@asynccontextmanager
async def serving(
    identity: str, services: Sequence[Service], clock: Clock
) -> AsyncIterator[Server]:
    """Runs a server with everything that stands before its methods, on a free port."""
    server = Server(
        ServeOptions(
            identity=identity,
            listen="127.0.0.1:0",
            certificates=mesh().certificates,
            services=services,
            verifier=PrincipalVerifier.from_file(mesh().public_key, clock),
            grace_seconds=0,
        )
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
