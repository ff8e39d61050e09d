"""Runs a gateway over scripted peers, and asks it as the edge does."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import httpx

from services.gateway.assembly import (
    Gateway,
    Parts,
    disabled_notices,
    intake,
    own_services,
    words_in_force,
)
from services.gateway.auth.visitors import SessionLimits
from services.gateway.guard.watch import Watch
from services.gateway.guard.words import WordsInForce
from services.gateway.http.server import Listener, Servers
from services.gateway.partners.addresses import Reach, parse_networks
from services.gateway.partners.agent_page import AgentPage
from services.gateway.portal.streams import Streams
from services.gateway.store import GatewayStore
from services.gateway.webhooks.intake import Intake
from services.gateway.webhooks.post import Poster
from services.gateway.webhooks.sender import Sender
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from tests.support.gateway.billing_peer import billing_services
from tests.support.gateway.planting import PlantingChannel
from tests.support.gateway.telephony_peer import telephony_services
from tests.support.gateway.tenancy_peer import tenancy_services
from tests.support.gateway.usage_peer import usage_services
from tests.support.gateway.world import LOGO, PASSWORD, Party, World
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database

_PEERS = {
    "tenancy": tenancy_services,
    "usage": usage_services,
    "billing": billing_services,
    "telephony": telephony_services,
}
# What the operator lists; the carriers of the world are told by telephony.
SECRET_WORDS = "Borealis Telecom\nsip.borealis.example\nPortunus"
# Of one tenant, at once.
STREAMS_MAX = 3
_FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class Browser:
    """Somebody at one host name, with cookies; asks through the edge's certificate."""

    client: httpx.AsyncClient
    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Gets a path."""
        return await self.send("GET", path, headers=headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """Posts a form as it is, without a token of ours."""
        return await self.send("POST", path, data=form, headers=headers)

    async def submit(self, page: str, path: str, **form: str) -> httpx.Response:
        """Posts a form with the token of the page that it is on."""
        token = _FORM_TOKEN.search((await self.get(page)).text)
        assert token is not None, f"{page} has no form"
        return await self.post(path, {**form, "form_token": token.group(1)})

    async def log_in(self, password: str = PASSWORD, **form: str) -> httpx.Response:
        """Logs in at the form."""
        return await self.submit(
            "/login", "/login", email="dana@example.com", password=password, **form
        )

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends a request and keeps the cookies that come back."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {
            name.replace("_", "-"): value for name, value in options.pop("headers", {}).items()
        }
        headers = {"host": self.host, **named, **({"cookie": cookie} if cookie else {})}
        response = await self.client.request(method, path, headers=headers, **options)
        for name, value in response.cookies.items():
            self.cookies[name] = value
        for header in response.headers.get_list("set-cookie"):
            if "Max-Age=0" in header:
                self.cookies.pop(header.split("=", 1)[0], None)
        self.client.cookies.clear()
        return response


@dataclass
class Running:
    """A running gateway."""

    world: World
    clock: MovableClock
    ports: list[int]
    clients: httpx.AsyncClient
    operator: httpx.AsyncClient
    gateway: Gateway
    database: Database[GatewayStore]
    # They work when they are told to.
    intake: Intake
    sender: Sender
    other_sender: Sender

    async def both_senders(self) -> None:
        """Lets two replicas send what is due at once."""
        await asyncio.gather(self.sender.run_due(), self.other_sender.run_due())

    def at(self, party: Party) -> Browser:
        """Gives a fresh browser at a tenant's host name, on the listener that it belongs to."""
        return Browser(self.operator if party.is_operator else self.clients, party.host)


def a_world(clock: MovableClock) -> World:
    """Gives an operator and two of its clients."""
    world = World(clock)
    world.add(Party("northgate", "Northgate Voice", is_operator=True, color="#0f766e"))
    world.add(
        Party(
            "abc-solar",
            "ABC Solar Dialer",
            color="#d97706",
            logo=LOGO,
            tagline="Powered by Northgate technology",
        )
    )
    world.add(Party("meridian", "Meridian HVAC", color="#1d4ed8", time_zone="America/Chicago"))
    return world


@asynccontextmanager
async def a_gateway(
    clock: MovableClock, port: int = 0, words: str = SECRET_WORDS, page: AgentPage | None = None
) -> AsyncIterator[Running]:
    """Runs a gateway; `port` is that of the clients' listener, any free one if 0."""
    world = a_world(clock)
    async with AsyncExitStack() as stack:
        stored = await stack.enter_async_context(service_database("gateway"))
        database = create_database(stored.service_url, "gateway", GatewayStore, clock)
        stack.push_async_callback(database.dispose)
        channels = await _peers(stack, world, clock)
        reach = Reach(parse_networks("127.0.0.1/32"))
        in_force = await _words(words, channels["telephony"])
        watch = Watch(in_force, database)
        senders = _senders(database, reach, watch, channels["tenancy"])
        own = await stack.enter_async_context(
            serving("gateway", own_services(database, clock, in_force, reach), clock)
        )
        channels["gateway"] = mesh().channel(own.port, "gateway")
        stack.push_async_callback(channels["gateway"].close)
        events = intake(database, channels, Leases(database, "one"))
        parts = Parts(
            database, channels, clock, SessionLimits(), watch, 64 * 1024,
            streams=Streams(seconds=0.02, of_tenant_max=STREAMS_MAX), reach=reach, agent_page=page,
        )  # fmt: skip
        gateway = Gateway(parts)
        servers = await _listening(stack, gateway, port)
        clients, operator = [
            await stack.enter_async_context(an_http_client(each)) for each in servers.ports
        ]
        yield Running(
            world, clock, servers.ports, clients, operator, gateway, database, events, *senders
        )


async def _words(words: str, telephony: grpc.aio.Channel) -> WordsInForce:
    in_force = words_in_force(words, telephony)
    if words:
        await in_force.refresh()
    return in_force


def _senders(
    database: Database[GatewayStore], reach: Reach, watch: Watch, tenancy: grpc.aio.Channel
) -> list[Sender]:
    poster, notices = Poster(reach, seconds_max=0.5), disabled_notices(tenancy)
    return [
        Sender(database, poster, Leases(database, name), watch.holds_back, notices)
        for name in ("one", "other")
    ]


async def _peers(
    stack: AsyncExitStack, world: World, clock: MovableClock
) -> dict[str, grpc.aio.Channel]:
    channels: dict[str, grpc.aio.Channel] = {}
    for name, services in _PEERS.items():
        server = await stack.enter_async_context(serving(name, services(world), clock))
        channels[name] = PlantingChannel(mesh().channel(server.port, name), world)
        stack.push_async_callback(channels[name].close)
    return channels


async def _listening(stack: AsyncExitStack, gateway: Gateway, port: int) -> Servers:
    addresses = (f"127.0.0.1:{port}", f"127.0.0.1:{port + 1 if port else 0}")
    applications = (gateway.for_clients, gateway.for_operator)
    listeners = [Listener(*each) for each in zip(addresses, applications, strict=True)]
    servers = Servers(listeners, mesh().certificates)
    await servers.start()
    stack.push_async_callback(servers.stop)
    return servers


def an_http_client(port: int, identity: str = "edge") -> httpx.AsyncClient:
    """Gives a client that shows the certificate of `identity`."""
    folder = mesh().certificates
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.check_hostname = False
    context.load_cert_chain(folder / f"{identity}.pem", folder / f"{identity}.key")
    return httpx.AsyncClient(
        base_url=f"https://127.0.0.1:{port}", verify=context, trust_env=False, timeout=60
    )
