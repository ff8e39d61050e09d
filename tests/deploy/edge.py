"""An edge before an application that tells what reached it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dev import envoy
from dev.health import answers_http
from dev.ports import LOOPBACK, Ports
from dev.processes import Process, Program
from tests.support.eventually import eventually

CLIENT_HOST = "abc-solar.dialer.localhost"
OPERATOR_HOST = "console.localhost"


@dataclass(frozen=True)
class RunningEdge:
    """Asks the edge as the world outside does."""

    ports: Ports
    trust: ssl.SSLContext

    def names_at(self, port: int) -> list[str]:
        """The host names in the certificate that a port shows."""
        with (
            socket.create_connection((LOOPBACK, port)) as plain,
            self.trust.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            certificate: Any = secured.getpeercert()
        return [name for _, name in certificate["subjectAltName"]]

    async def figure(self, name: str) -> int:
        """One of the figures that the edge counts."""
        async with httpx.AsyncClient(trust_env=False) as client:
            stats = f"http://{LOOPBACK}:{self.ports.envoy_admin}/stats"
            answer = await client.get(stats, params={"filter": f"^{name}$"})
        return int(answer.text.rpartition(":")[2])

    async def ask(
        self,
        path: str = "/",
        host: str = CLIENT_HOST,
        private: bool = False,
        address: str = LOOPBACK,
        **request: object,
    ) -> httpx.Response:
        """GET (or `method`) at one of the two doors, under the name of `host`, from `address`."""
        port = self.ports.private if private else self.ports.public
        headers = {"host": host, **request.pop("headers", {})}  # type: ignore[dict-item]
        network = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        async with httpx.AsyncClient(transport=network) as client:
            return await client.request(
                str(request.pop("method", "GET")),
                f"https://{LOOPBACK}:{port}{path}",
                headers=headers,
                # A name of the certificate, also where the request is for a host that is not.
                extensions={"sni_hostname": OPERATOR_HOST if private else CLIENT_HOST},
                **request,  # type: ignore[arg-type]
            )


def connection_managers(config: dict[str, Any]) -> list[dict[str, Any]]:
    """What decides on HTTP at the two doors."""
    return [
        listener["filter_chains"][0]["filters"][0]["typed_config"]
        for listener in config["static_resources"]["listeners"]
        if listener["name"] != "health"
    ]


def unchanged(config: dict[str, Any]) -> None:
    """The edge as a cluster has it."""


def as_gateway(certificates: Path) -> ssl.SSLContext:
    """What a gateway shows to the edge, and that it wants to see the edge's."""
    mesh = certificates / "mesh"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(mesh / "ca.pem"))
    context.load_cert_chain(mesh / "gateway.pem", mesh / "gateway.key")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextlib.asynccontextmanager
async def running_edge(
    folder: Path,
    certificates: Path,
    upstream: str | None = "gateway",
    change: Callable[[dict[str, Any]], None] = unchanged,
) -> AsyncIterator[RunningEdge]:
    """Runs Envoy, and behind it an application with the certificate of `upstream`, if any.

    `change` may make numbers of the configuration smaller than a test has time for.
    """
    ports = Ports.free()
    local = envoy.Edge(ports, certificates, folder)
    rendered = envoy.render(local)
    change(rendered)
    envoy.write(local, rendered)
    ready = f"http://{LOOPBACK}:{ports.envoy_admin}/ready"
    edge = Process(
        Program("envoy", envoy.command(local.config), ready=lambda: answers_http(ready)), folder
    )
    async with contextlib.AsyncExitStack() as stack:
        if upstream:
            for port in (ports.gateway_client, ports.gateway_operator):
                await stack.enter_async_context(application(port, certificates, upstream))
        edge.start()
        stack.callback(edge.stop)
        await asyncio.to_thread(edge.wait_until_ready, 30)
        trust = ssl.create_default_context(cafile=str(certificates / "edge" / "ca.pem"))
        yield RunningEdge(ports, trust)


@contextlib.asynccontextmanager
async def application(port: int, certificates: Path, identity: str) -> AsyncIterator[None]:
    """Tells what reached it; `identity` is whose certificate it shows."""
    mesh = certificates / "mesh"
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/{path:path}", _tell, methods=["GET", "POST"])]),
            host=LOOPBACK,
            port=port,
            ssl_certfile=str(mesh / f"{identity}.pem"),
            ssl_keyfile=str(mesh / f"{identity}.key"),
            ssl_ca_certs=str(mesh / "ca.pem"),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
            log_level="error",
            lifespan="off",
        )
    )
    # uvicorn's own serve() takes the process's signal handlers for itself.
    task = asyncio.create_task(server._serve())
    try:
        await eventually(lambda: asyncio.sleep(0, server.started or task.done()))
        yield
    finally:
        server.should_exit = True
        await task


async def _tell(request: Request) -> JSONResponse:
    body = await request.body()
    told = {
        "path": request.url.path,
        "port": request.scope["server"][1],
        "headers": dict(request.headers),
        "bytes": len(body),
    }
    return JSONResponse(told, headers={"server": "echo/1.0", "x-powered-by": "starlette"})
