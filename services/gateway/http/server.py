"""Two mTLS listeners in one loop: one for clients, one for the operator."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from services.gateway.http.asgi import Application
from services.kit.logging import get_logger
from services.kit.process import Worker, work_until_stopped
from services.kit.rpc.health import CannotListen, HealthPort
from services.kit.watched_files import WatchedFiles

IDENTITY = "gateway"
# The only one of the mesh that has any business here: it is the edge that limits, and that
# takes away what a stranger may not say.
PEER = "edge"

DRAIN_SECONDS = 10
_KEEP_ALIVE_SECONDS = 75
_HEADER_BYTES_MAX = 64 * 1024
_CONNECTIONS_WAITING_MAX = 1024

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """An application at an address, host:port; port 0 is any free one."""

    address: str
    application: Application


class PeerProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Speaks HTTP with the edge, and with nobody else who has a certificate of the mesh."""

    def connection_made(self, transport: Any) -> None:
        self._is_admitted = names_in(transport.get_extra_info("peercert")) == (PEER,)
        if not self._is_admitted:
            log.warning("refused a connection of a stranger")
            transport.abort()
            return
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._is_admitted:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_admitted:
            super().connection_lost(exc)


def names_in(certificate: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Gives the DNS names in a peer's certificate."""
    names = (certificate or {}).get("subjectAltName", ())
    return tuple(value for kind, value in names if kind == "DNS")


class Servers:
    """The listeners of one process."""

    def __init__(
        self, listeners: list[Listener], certificates: Path, health_listen: str = ""
    ) -> None:
        self._listeners = listeners
        self._health_port = HealthPort(health_listen)
        self._certificates = certificates
        self._running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []
        self.ports: list[int] = []

    async def start(self) -> None:
        """Listens; `ports` are the real ones afterwards. Raises CannotListen."""
        for listener in self._listeners:
            listening = _listening_socket(listener.address)
            self.ports.append(listening.getsockname()[1])
            configuration = self._configuration(listener)
            configuration.load()
            assert configuration.ssl is not None, "both listeners speak TLS"
            _renew_by_themselves(configuration.ssl, self._certificates)
            server = _Server(configuration)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            self._running.append((server, task))
        while not all(server.started for server, _ in self._running):
            for _, task in self._running:
                if task.done():
                    task.result()
            await asyncio.sleep(0.005)
        await self._health_port.start()
        log.info("listening", ports=self.ports)

    async def stop(self) -> None:
        """Takes no new requests and lets running ones end."""
        await self._health_port.drain()
        for server, _ in self._running:
            server.should_exit = True
        await asyncio.gather(*(task for _, task in self._running), return_exceptions=True)
        self._running.clear()
        await self._health_port.stop()
        log.info("stopped")

    def _configuration(self, listener: Listener) -> uvicorn.Config:
        return uvicorn.Config(
            listener.application,
            http=PeerProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            h11_max_incomplete_event_size=_HEADER_BYTES_MAX,
            ssl_certfile=self._certificates / f"{IDENTITY}.pem",
            ssl_keyfile=self._certificates / f"{IDENTITY}.key",
            ssl_ca_certs=str(self._certificates / "ca.pem"),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
        )


async def run_until_stopped(servers: Servers, workers: tuple[Worker, ...] = ()) -> None:
    """Serves until SIGTERM or SIGINT, then drains."""
    await servers.start()
    try:
        await work_until_stopped(workers)
    finally:
        await servers.stop()


def _renew_by_themselves(context: ssl.SSLContext, certificates: Path) -> None:
    """Each connection looks whether certificates have changed; the next one is met with them.

    An authority that is gone from the file is believed until the process ends.
    """
    authority, chain, key = (
        certificates / name for name in ("ca.pem", f"{IDENTITY}.pem", f"{IDENTITY}.key")
    )

    def renew() -> object:
        context.load_cert_chain(chain, key)
        context.load_verify_locations(authority)
        return object()

    files = WatchedFiles([authority, chain, key], renew)

    def look(connection: ssl.SSLObject, name: str | None, used: ssl.SSLContext) -> None:
        files.get()

    context.sni_callback = look


class _Server(uvicorn.Server):
    """Leaves signals alone: two servers and the process itself share them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening_socket(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, int(port)))
    except OSError as error:
        listening.close()
        raise CannotListen(f"{address} is in use or not an address of ours") from error
    listening.listen(_CONNECTIONS_WAITING_MAX)
    listening.setblocking(False)
    return listening
