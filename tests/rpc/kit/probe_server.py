"""A server with a method of every shape, and what calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import grpc

from services.kit.clock import Clock
from services.kit.errors import (
    FieldViolation,
    InvalidRequest,
    Kind,
    NotFound,
    Refusal,
    Unavailable,
)
from services.kit.rpc import deadline
from services.kit.rpc.access import current_peer
from services.kit.rpc.principal import current_principal
from services.kit.rpc.server import Server
from tests.support.mesh import mesh
from tests.support.probe import pb, rpc


class ProbeIsFull(Refusal):
    kind = Kind.RESOURCE_EXHAUSTED
    reason = "PROBE_FULL"


class ProbeService(rpc.ProbeServiceServicer):  # type: ignore[misc]
    """Does as `act` says."""

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()
        self.started = asyncio.Event()
        self.may_finish = asyncio.Event()

    async def GetProbe(self, request: Any, context: Any) -> Any:
        return await self._acted(request)

    async def WatchProbes(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield pb.Probe(name=request.name)
        yield await self._acted(request)

    async def CollectProbes(self, requests: AsyncIterator[Any], context: Any) -> Any:
        answers = [await self._acted(request) async for request in requests]
        return pb.Probe(labels=[answer.name for answer in answers])

    async def ExchangeProbes(self, requests: AsyncIterator[Any], context: Any) -> Any:
        # Written with the context, where WatchProbes is a generator: both must be guarded.
        async for request in requests:
            await context.write(await self._acted(request))

    async def AuditProbe(self, request: Any, context: Any) -> Any:
        return await self._acted(request)

    async def PushProbe(self, request: Any, context: Any) -> Any:
        return await self._acted(request)

    async def Greet(self, request: Any, context: Any) -> Any:
        return pb.Probe(name="hello")

    async def _acted(self, request: Any) -> Any:
        match request.act:
            case "tell who":
                principal = current_principal()
                subject = principal.subject if principal else ""
                return pb.Probe(name=request.name, labels=[current_peer(), subject])
            case "tell deadline":
                return pb.Probe(name=request.name, labels=[str(deadline.remaining())])
            case "wait":
                return await self._wait(request)
            case act if act in _RAISED:
                raise _RAISED[act](request)
        return pb.Probe(name=request.name)

    async def _wait(self, request: Any) -> Any:
        self.started.set()
        try:
            await self.may_finish.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return pb.Probe(name=request.name)


_RAISED: dict[str, Callable[[Any], Exception]] = {
    "miss": lambda request: NotFound(resource=request.name),
    "be full": lambda request: ProbeIsFull("There are 3 already.", limit=3),
    "be away": lambda request: Unavailable(retry_after_seconds=2.5),
    "complain": lambda request: InvalidRequest(
        FieldViolation(f"field_{number}", "Is wrong. " * 100) for number in range(500)
    ),
    "break": lambda request: RuntimeError("the secret is 42"),
}


class Prober:
    """Calls a probe server as any service and in anybody's name."""

    def __init__(self, server: Server, servicer: ProbeService, clock: Clock) -> None:
        self.server = server
        self.servicer = servicer
        self.clock = clock
        self._channels: dict[str, grpc.aio.Channel] = {}

    def stub(self, identity: str = "gateway") -> Any:
        if identity not in self._channels:
            self._channels[identity] = mesh().channel(self.server.port, "usage", identity)
        return rpc.ProbeServiceStub(self._channels[identity])

    def as_client(
        self, tenant_id: str = "abc", permissions: Iterable[str] = ("probes.read",)
    ) -> Any:
        return mesh().client(self.clock, tenant_id, permissions)

    def as_operator(self, permissions: Iterable[str] = ("probes.read", "probes.audit")) -> Any:
        return mesh().operator(self.clock, "root", permissions)

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()


def a_request(act: str = "", name: str = "tenants/abc/probes/p1", **fields: Any) -> Any:
    return pb.GetProbeRequest(name=name, act=act, **fields)


async def requests(*messages: Any) -> AsyncIterator[Any]:
    for message in messages:
        yield message


async def problem_of(call: Any) -> grpc.aio.AioRpcError:
    """Gives the error that a call of any shape ends with."""
    try:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError("the call succeeded")
