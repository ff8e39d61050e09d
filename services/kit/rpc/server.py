"""Builds, serves and drains a gRPC server: mTLS, health, access, refusals, validation, metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.kit.logging import get_logger
from services.kit.process import Worker, work_until_stopped
from services.kit.rpc.access import AccessInterceptor
from services.kit.rpc.credentials import server_credentials
from services.kit.rpc.health import CannotListen, HealthPort
from services.kit.rpc.interceptor import MethodInterceptor
from services.kit.rpc.limits import SERVER_OPTIONS
from services.kit.rpc.metrics import MetricsInterceptor
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.refusals import RefusalsInterceptor
from services.kit.rpc.rules import rules_of
from services.kit.rpc.validation import ValidationInterceptor

# The generated `add_XServicer_to_server`, and the servicer that it adds.
Service = tuple[Callable[[Any, Any], None], object]

DRAIN_SECONDS = 5.0
_MOST_CALLS_AT_ONCE = 2000

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What a server needs to know.

    `identity` is the service's name in its certificate and the domain of its errors; `listen` is
    host:port, port 0 for any free one; `health_listen` the same for probes without a certificate.
    """

    identity: str
    listen: str
    certificates: Path
    services: Sequence[Service]
    verifier: PrincipalVerifier
    reflection: bool = False
    grace_seconds: float = DRAIN_SECONDS
    health_listen: str = ""


class Server:
    """A server of one process. Built, it has checked the access rule of every method."""

    def __init__(self, options: ServeOptions) -> None:
        self._options = options
        self._health = health.aio.HealthServicer()
        self.health_port = HealthPort(options.health_listen)
        self.port = 0
        names = _ServiceNames()
        for add, servicer in options.services:
            add(servicer, names)
        self._names = names.found
        pool = descriptor_pool.Default()
        rules = rules_of(pool.FindServiceByName(name) for name in self._names)
        self._interceptors: list[MethodInterceptor] = [
            MetricsInterceptor(),
            RefusalsInterceptor(options.identity),
            AccessInterceptor(rules, options.verifier),
            ValidationInterceptor(),
        ]
        self._server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Listens; `port` is the real one afterwards. Raises CannotListen."""
        options = self._options
        server = grpc.aio.server(
            interceptors=self._interceptors,
            options=SERVER_OPTIONS,
            maximum_concurrent_rpcs=_MOST_CALLS_AT_ONCE,
        )
        for add, servicer in options.services:
            add(servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if options.reflection:
            reflection.enable_server_reflection((*self._names, health.SERVICE_NAME), server)
        credentials = server_credentials(options.identity, options.certificates)
        try:
            self.port = server.add_secure_port(options.listen, credentials)
        except RuntimeError as error:
            raise CannotListen(f"{options.listen} is in use or not an address of ours") from error
        await server.start()
        self._server = server
        await self.health_port.start()
        await self._say(health_pb2.HealthCheckResponse.SERVING)
        log.info("listening", port=self.port, services=self._names)

    async def stop(self) -> None:
        """Says NOT_SERVING, takes no new calls, lets running ones end within the grace."""
        if self._server is None:
            return
        await self.health_port.drain()
        await self._health.enter_graceful_shutdown()
        await self._server.stop(self._options.grace_seconds)
        await self.health_port.stop()
        self._server = None
        log.info("stopped")

    async def _say(self, status: int) -> None:
        for name in ("", *self._names):
            await self._health.set(name, status)


async def run_until_stopped(server: Server, workers: Sequence[Worker] = ()) -> None:
    """Serves, with workers in the same loop, until SIGTERM or SIGINT, then drains.

    Workers are coroutine functions without parameters, cancelled at the end. One that raises ends
    the server and raises WorkerDied.
    """
    await server.start()
    try:
        await work_until_stopped(workers)
    finally:
        await server.stop()


class _ServiceNames:
    """Stands in for a server, to learn what would be added to it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.ServiceRpcHandler]) -> None:
        self.found += [handler.service_name() for handler in handlers]

    def add_registered_method_handlers(self, service_name: str, handlers: object) -> None:
        """The same again, by method; nothing new in it."""
