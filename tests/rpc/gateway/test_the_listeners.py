"""Only the edge is let in, and nothing but what it asks for comes out."""

from __future__ import annotations

import ssl
from typing import Any

import httpx
import pytest

from services.gateway.http.server import Listener, Servers
from services.kit.rpc.health import CannotListen
from tests.support.gateway.running import Browser, Running, an_http_client
from tests.support.gateway.world import Party
from tests.support.mesh import mesh


async def never(*_: Any) -> None:
    """Answers nothing."""


@pytest.mark.parametrize("identity", ["billing", "gateway", "shipper"])
async def test_no_other_service_is_let_in(gateway: Running, identity: str) -> None:
    """It is the edge that limits, and that takes away what a stranger may not say."""
    async with an_http_client(gateway.ports[0], identity) as client:
        with pytest.raises(httpx.TransportError):
            await client.get("/healthz")


async def test_nobody_is_let_in_without_a_certificate(gateway: Running) -> None:
    """Not even to ask whether it is well."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    base = f"https://127.0.0.1:{gateway.ports[0]}"
    async with httpx.AsyncClient(base_url=base, verify=context, trust_env=False) as client:
        with pytest.raises(httpx.TransportError):
            await client.get("/healthz")


async def test_a_port_in_use_is_told(gateway: Running) -> None:
    """By its address, before anything is served."""
    address = f"127.0.0.1:{gateway.ports[0]}"
    servers = Servers([Listener(address, never)], mesh().certificates)

    with pytest.raises(CannotListen, match=address):
        await servers.start()


async def test_both_listeners_say_that_they_are_well(gateway: Running) -> None:
    """At a path that needs no host name."""
    for client in (gateway.clients, gateway.operator):
        assert (await client.get("/healthz")).text == "ok\n"


async def test_a_new_host_name_is_known_soon(gateway: Running) -> None:
    """What was nobody's is asked again after ten seconds."""
    host = Browser(gateway.clients, "newcomer.dialer.example")
    before = await host.get("/login")

    gateway.world.add(Party("newcomer", "Newcomer"))
    gateway.clock.advance(seconds=11)
    after = await host.get("/login")
    del gateway.world.parties["newcomer"]

    assert (before.status_code, after.status_code) == (404, 200)
