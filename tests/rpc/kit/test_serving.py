"""A server's life: health, reflection, drain, dead workers, deadlines that are passed on."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any, cast

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from services.kit.clock import MovableClock
from services.kit.process import WorkerDied, work_until_stopped
from services.kit.rpc import deadline
from services.kit.rpc.health import CannotListen
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, run_until_stopped
from tests.rpc.kit.probe_server import Prober, ProbeService, a_request, problem_of, requests
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from tests.support.probe import rpc
from veneer.tenancy.v1 import directory_service_pb2, directory_service_pb2_grpc

SERVING = health_pb2.HealthCheckResponse.SERVING


def _options(clock: MovableClock, listen: str = "127.0.0.1:0", **more: object) -> ServeOptions:
    return ServeOptions(
        identity="usage",
        listen=listen,
        certificates=mesh().certificates,
        services=[(rpc.add_ProbeServiceServicer_to_server, ProbeService())],
        verifier=PrincipalVerifier.from_file(mesh().public_key, clock),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("service", ["", "probe.v1.ProbeService"])
async def test_anybody_of_the_mesh_may_ask_for_health(prober: Prober, service: str) -> None:
    """Without a principal, for the server and for each of its services."""
    channel = mesh().channel(prober.server.port, "usage", "shipper")

    answer = await _health(channel).Check(health_pb2.HealthCheckRequest(service=service))
    await channel.close()

    assert answer.status == SERVING


async def test_a_probe_without_a_certificate_hears_of_health_and_nothing_else(
    clock: MovableClock,
) -> None:
    """A cluster's own probes speak no mTLS; what serves there has nothing else to give."""
    server = Server(_options(clock, health_listen="127.0.0.1:0"))
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.health_port.port}") as channel:
        answer = await _health(channel).Check(health_pb2.HealthCheckRequest())
        other = await problem_of(rpc.ProbeServiceStub(channel).GetProbe(a_request()))
        await server.stop()

    assert answer.status == SERVING
    assert other.code() is grpc.StatusCode.UNIMPLEMENTED


async def _services_by_reflection(port: int) -> set[str]:
    channel = mesh().channel(port, "usage", "shipper")
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(cast(Any, channel))
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    found = set()
    async for answer in stub.ServerReflectionInfo(requests(question)):
        found |= {service.name for service in answer.list_services_response.service}
    await channel.close()
    return found


async def test_reflection_answers_where_it_is_switched_on(clock: MovableClock) -> None:
    """For development."""
    server = Server(_options(clock, reflection=True))
    await server.start()

    found = await _services_by_reflection(server.port)
    await server.stop()

    assert found == {"probe.v1.ProbeService", "grpc.health.v1.Health"}


async def test_reflection_is_off_by_default(prober: Prober) -> None:
    """A server describes itself to nobody unasked."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await _services_by_reflection(prober.server.port)

    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_port_in_use_is_said_plainly(prober: Prober, clock: MovableClock) -> None:
    """Two servers never share a port by mistake."""
    second = Server(_options(clock, f"127.0.0.1:{prober.server.port}"))

    with pytest.raises(CannotListen, match="is in use"):
        await second.start()


async def test_sigterm_lets_running_calls_end(clock: MovableClock) -> None:
    """Health says NOT_SERVING, what runs may finish, then the server is gone."""
    servicer = ProbeService()
    options = _options(clock)
    server = Server(
        ServeOptions(
            "usage",
            options.listen,
            options.certificates,
            [(rpc.add_ProbeServiceServicer_to_server, servicer)],
            options.verifier,
        )
    )
    running = asyncio.create_task(run_until_stopped(server))
    await eventually(lambda: server.port)
    prober = Prober(server, servicer, clock)
    call = prober.stub().GetProbe(a_request("wait"), metadata=prober.as_client())
    await servicer.started.wait()

    os.kill(os.getpid(), signal.SIGTERM)
    late = mesh().channel(server.port, "usage")
    await eventually(lambda: _is_refused(late))
    servicer.may_finish.set()

    assert (await call).name == "tenants/abc/probes/p1"
    await running
    await late.close()
    await prober.close()


def _health(channel: grpc.aio.Channel) -> Any:
    return health_pb2_grpc.HealthStub(cast(Any, channel))


async def _is_refused(channel: grpc.aio.Channel) -> bool:
    try:
        await _health(channel).Check(health_pb2.HealthCheckRequest(), timeout=1)
    except grpc.aio.AioRpcError as error:
        return error.code() is grpc.StatusCode.UNAVAILABLE
    return False


async def test_a_dead_worker_ends_the_server(clock: MovableClock) -> None:
    """Half a service is worse than one that is started again."""

    async def dies() -> None:
        raise RuntimeError("out of paper")

    async def works() -> None:
        await asyncio.Event().wait()

    server = Server(_options(clock))

    with pytest.raises(WorkerDied, match="dies"):
        await run_until_stopped(server, [works, dies])


async def test_a_worker_may_be_done() -> None:
    """One that returns leaves the others alone; a signal cancels them."""
    cancelled = asyncio.Event()
    done = asyncio.Event()

    async def returns() -> None:
        done.set()

    async def works() -> None:
        await done.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    await work_until_stopped([returns, works])

    assert cancelled.is_set()


async def test_a_call_on_behalf_of_another_has_what_is_left_of_its_time(prober: Prober) -> None:
    """Nobody works for a caller that has given up."""
    metadata = prober.as_client()

    async def on_behalf() -> float:
        deadline.set_remaining(2)
        answer = await prober.stub().GetProbe(a_request("tell deadline"), metadata=metadata)
        return float(answer.labels[0])

    assert 0 < await asyncio.create_task(on_behalf()) <= 2


async def test_no_call_is_without_a_deadline(prober: Prober) -> None:
    """A unary call that says nothing gets half a minute."""
    metadata = prober.as_client()

    answer = await prober.stub().GetProbe(a_request("tell deadline"), metadata=metadata)

    assert 0 < float(answer.labels[0]) <= 30


async def test_a_message_beyond_the_limit_is_refused(prober: Prober) -> None:
    """16 MiB; larger things come in streams."""
    request = a_request("x" * (17 * 1024 * 1024))

    error = await problem_of(prober.stub().GetProbe(request, metadata=prober.as_client()))

    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_read_survives_a_server_that_is_started_again(clock: MovableClock) -> None:
    """The service config has it tried again while nobody listens."""
    first = Server(_directory(clock))
    await first.start()
    channel = mesh().channel(first.port, "tenancy")
    stub: Any = directory_service_pb2_grpc.DirectoryServiceStub(channel)
    question = directory_service_pb2.GetEntryRequest(tenant="tenants/abc")
    await stub.GetEntry(question)
    await first.stop()

    asked = asyncio.create_task(_answer(stub.GetEntry(question)))
    second = Server(_directory(clock, f"127.0.0.1:{first.port}"))
    await second.start()

    assert (await asked).tenant == "tenants/abc"
    await channel.close()
    await second.stop()


class _Directory(directory_service_pb2_grpc.DirectoryServiceServicer):
    async def GetEntry(self, request: Any, context: Any) -> Any:
        return directory_service_pb2.Entry(tenant=request.tenant)

    async def ListEntries(self, request: Any, context: Any) -> Any:
        return directory_service_pb2.ListEntriesResponse()


def _directory(clock: MovableClock, listen: str = "127.0.0.1:0") -> ServeOptions:
    added = (directory_service_pb2_grpc.add_DirectoryServiceServicer_to_server, _Directory())
    verifier = PrincipalVerifier.from_file(mesh().public_key, clock)
    return ServeOptions("tenancy", listen, mesh().certificates, [added], verifier, grace_seconds=0)


async def _answer(call: Any) -> Any:
    return await call
