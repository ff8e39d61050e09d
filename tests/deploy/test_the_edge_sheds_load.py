"""The edge when there is more than it, or what is behind it, can bear: what it turns away."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.ports import LOOPBACK, Ports
from tests.deploy.edge import (
    CLIENT_HOST,
    OPERATOR_HOST,
    RunningEdge,
    as_gateway,
    connection_managers,
    running_edge,
)
from tests.support.eventually import eventually

_FROM_ONE_ADDRESS, _FROM_ALL = 3, 10
_CONNECTIONS, _AT_ONCE = 4, 2


def _few_requests(config: dict[str, Any]) -> None:
    for manager in connection_managers(config):
        for each in manager["http_filters"]:
            limits = each["typed_config"]
            never_more = {"tokens_per_fill": 1, "fill_interval": "600s"}
            for descriptor in limits.get("descriptors", ()):
                if descriptor["entries"] == [{"key": "remote_address"}]:
                    descriptor["token_bucket"] = {"max_tokens": _FROM_ONE_ADDRESS, **never_more}
            if "token_bucket" in limits:
                limits["token_bucket"] = {"max_tokens": _FROM_ALL, **never_more}


def _little_room(config: dict[str, Any]) -> None:
    for monitor in config["overload_manager"]["resource_monitors"]:
        if "max_active_downstream_connections" in monitor["typed_config"]:
            monitor["typed_config"]["max_active_downstream_connections"] = _CONNECTIONS
    for cluster in config["static_resources"]["clusters"]:
        cluster["circuit_breakers"]["thresholds"][0] |= {"max_requests": _AT_ONCE}


def _no_memory(config: dict[str, Any]) -> None:
    for monitor in config["overload_manager"]["resource_monitors"]:
        if "max_heap_size_bytes" in monitor["typed_config"]:
            monitor["typed_config"]["max_heap_size_bytes"] = 1


def _refusal(answer: httpx.Response) -> tuple[int, str, str]:
    reason = answer.json()["error"]["details"][0]["reason"]
    return answer.status_code, answer.headers["retry-after"], reason


async def test_who_asks_too_much_from_one_address_waits_and_then_everybody_does(
    certificates: Path, tmp_path: Path
) -> None:
    """Whatever hosts are asked for; beyond what the edge itself bears, all wait."""
    too_many = (429, "1", "TOO_MANY_REQUESTS")
    async with running_edge(tmp_path, certificates, change=_few_requests) as edge:
        greedy = [
            await edge.ask(host=f"{number}.{CLIENT_HOST}", address="127.0.0.2")
            for number in range(_FROM_ONE_ADDRESS + 1)
        ]
        other = await edge.ask(address="127.0.0.3")
        crowd = [await edge.ask(address=f"127.0.1.{number}") for number in range(_FROM_ALL)]

    assert [each.status_code for each in greedy] == [200] * _FROM_ONE_ADDRESS + [429]
    assert _refusal(greedy[-1]) == too_many
    assert other.status_code == 200
    assert _refusal(crowd[-1]) == too_many


async def test_without_memory_it_takes_no_more_requests(certificates: Path, tmp_path: Path) -> None:
    """And says when to come again, instead of being killed with all that it serves."""
    async with running_edge(tmp_path, certificates, change=_no_memory) as edge:
        answers: list[httpx.Response] = []

        async def refuses() -> bool:
            answers.append(await edge.ask())
            return answers[-1].status_code != 200

        await eventually(refuses, what="the look at the heap")

    assert _refusal(answers[-1]) == (503, "5", "UNAVAILABLE")


class Holding:
    """A gateway that begins every request and answers when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_answer = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests of one connection, one after the other."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.begun += 1
                await self.may_answer.wait()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()


@contextlib.asynccontextmanager
async def _holding_gateway(ports: Sequence[int], certificates: Path) -> AsyncIterator[Holding]:
    holding = Holding()
    async with contextlib.AsyncExitStack() as stack:
        for port in ports:
            server = await asyncio.start_server(
                holding.serve, LOOPBACK, port, ssl=as_gateway(certificates)
            )
            await stack.enter_async_context(server)
        yield holding


@pytest.fixture(scope="module")
async def full(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """An edge that has room for few, and nothing behind it yet."""
    folder = tmp_path_factory.mktemp("full")
    async with running_edge(folder, certificates, None, _little_room) as running:
        yield running


async def test_a_gateway_with_its_hands_full_is_given_no_more(
    full: RunningEdge, certificates: Path
) -> None:
    """What is one too many is answered at once, and what has begun is served."""
    ports = (full.ports.gateway_client,)
    async with _holding_gateway(ports, certificates) as gateway:
        held = [asyncio.create_task(full.ask()) for _ in range(_AT_ONCE)]
        await eventually(lambda: asyncio.sleep(0, gateway.begun == _AT_ONCE))
        refused = await full.ask()
        gateway.may_answer.set()
        served = await asyncio.gather(*held)

    assert _refusal(refused) == (503, "5", "UNAVAILABLE")
    assert [each.status_code for each in served] == [200] * _AT_ONCE
    assert gateway.begun == _AT_ONCE


async def _is_turned_away(edge: RunningEdge) -> bool:
    try:
        await edge.ask()
    except httpx.TransportError:
        return True
    return False


async def test_strangers_who_hold_every_connection_do_not_shut_out_the_operator(
    full: RunningEdge, certificates: Path
) -> None:
    """Nor is the edge thought dead; when they have left, others are served."""
    ports = (full.ports.gateway_client, full.ports.gateway_operator)
    async with _holding_gateway(ports, certificates) as gateway:
        gateway.may_answer.set()
        strangers = [
            await asyncio.open_connection(LOOPBACK, full.ports.public) for _ in range(_CONNECTIONS)
        ]
        # The system takes connections before the edge counts them.
        await eventually(lambda: _is_turned_away(full), what="an edge without room")
        operator = await full.ask(host=OPERATOR_HOST, private=True)
        async with httpx.AsyncClient(trust_env=False) as balancer:
            health = f"http://{LOOPBACK}:{full.ports.envoy_health}/ready"
            ready = await balancer.get(health)
        for _, writer in strangers:
            writer.close()

        async def is_served() -> bool:
            with contextlib.suppress(httpx.TransportError):
                return (await full.ask()).status_code == 200
            return False

        await eventually(is_served, what="room for the next client")

    assert (operator.status_code, ready.status_code) == (200, 200)


async def test_a_replica_that_cannot_be_reached_is_left_out_and_nothing_is_lost_or_done_twice(
    certificates: Path, tmp_path: Path
) -> None:
    """What surely was not begun goes to another replica, a payment too."""
    away = Ports.free().gateway_client

    def two_replicas(config: dict[str, Any]) -> None:
        (endpoints,) = config["static_resources"]["clusters"][0]["load_assignment"]["endpoints"]
        dead = copy.deepcopy(endpoints["lb_endpoints"][0])
        dead["endpoint"]["address"]["socket_address"]["port_value"] = away
        endpoints["lb_endpoints"].append(dead)

    async with running_edge(tmp_path, certificates, None, two_replicas) as edge:
        ports = (edge.ports.gateway_client,)
        async with _holding_gateway(ports, certificates) as gateway:
            gateway.may_answer.set()
            answers = [await edge.ask("/v1/payments", method="POST") for _ in range(30)]
        ejected = await edge.figure("cluster.gateway_client.outlier_detection.ejections_active")

    assert [each.status_code for each in answers] == [200] * 30
    assert gateway.begun == 30
    assert ejected == 1
