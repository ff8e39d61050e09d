"""Tells, without mTLS, whether a program serves: for probes that have no certificate."""

from __future__ import annotations

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


class CannotListen(Exception):
    """The address to listen on is in use, or is not this machine's."""


class HealthPort:
    """grpc.health.v1.Health and nothing else at `address`, host:port; nowhere if it is empty."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._health = health.aio.HealthServicer()
        self._server: grpc.aio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Answers SERVING from now on. Raises CannotListen."""
        if not self._address:
            return
        server = grpc.aio.server()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        try:
            self.port = server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise CannotListen(f"{self._address} is in use or not an address of ours") from error
        await server.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        self._server = server

    async def drain(self) -> None:
        """Answers NOT_SERVING from now on."""
        await self._health.enter_graceful_shutdown()

    async def stop(self) -> None:
        """Answers no more."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None
