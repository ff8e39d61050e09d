"""What a host's Asterisk tells of legs that are open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from simulators.dialer.ami import ManagerSimulator, Switch
from tests.rpc.telephony.test_open_legs import OpenLeg, answered, shown
from tests.support.builders.telephony import NOON_SECONDS
from tests.support.eventually import eventually
from tests.support.telephony import Client, Running, running, surroundings


@pytest_asyncio.fixture(loop_scope="session")
async def switch() -> Switch:
    return Switch()


@pytest_asyncio.fixture(loop_scope="session")
async def own(switch: Switch) -> AsyncIterator[Running]:
    """A telephony that watches one host, `h1`."""
    async with surroundings() as around, ManagerSimulator(switch, "cron", "s").serving() as port:
        managers = f"east/h1=cron:s@127.0.0.1:{port}"
        async with running(around, dialer_managers=managers) as started:
            yield started


async def an_open_leg(own: Running, switch: Switch) -> Client:
    """A leg that was answered 90 s ago, on the watched host, and is up."""
    client = await own.a_client()
    line = answered(client)
    await own.ship((0, line.bytes()), host="h1")
    switch.channels = [line.uniqueid, f"{NOON_SECONDS}.77"]
    return client


async def watch(own: Running) -> None:
    assert own.carrier_side.watch is not None
    await own.carrier_side.watch.watch()


async def test_a_leg_whose_channel_is_gone_ends_where_it_was_seen_last(
    own: Running, switch: Switch
) -> None:
    """Its host lives, and its line was lost: 90 s and 60 s more are known."""
    client = await an_open_leg(own, switch)
    own.clock.advance(seconds=60)
    await watch(own)
    switch.channels = []
    own.clock.advance(seconds=15)
    await watch(own)
    own.clock.advance(minutes=6)
    await watch(own)
    await own.close_open_legs()

    (leg,) = await shown(own, "h1")
    assert (leg.state, leg.reason) == (OpenLeg.CLOSED, OpenLeg.CHANNEL_GONE)
    await eventually(lambda: own.usage.seconds(client.tenant_id) == 150)


async def test_a_leg_that_is_seen_to_be_up_is_not_closed(own: Running, switch: Switch) -> None:
    """However quiet its host's journal is."""
    await an_open_leg(own, switch)
    for _ in range(3):
        own.clock.advance(minutes=50)
        await watch(own)

    await own.close_open_legs()

    (leg,) = await shown(own, "h1")
    assert leg.state == OpenLeg.OPEN


async def test_another_start_is_a_restart(own: Running, switch: Switch) -> None:
    """Before anything is dialled after it: the leg ends at the last answer of before."""
    client = await an_open_leg(own, switch)
    own.clock.advance(seconds=30)
    await watch(own)
    switch.start_time, switch.channels = ("2026-11-02", "12:01:00"), []
    own.clock.advance(seconds=45)
    await watch(own)
    own.clock.advance(minutes=6)
    await own.close_open_legs()

    (leg,) = await shown(own, "h1")
    assert leg.reason == OpenLeg.HOST_RESTARTED
    await eventually(lambda: own.usage.seconds(client.tenant_id) == 120)


async def test_a_host_that_answers_no_more_counts_as_dead(own: Running, switch: Switch) -> None:
    """After an hour without a sign."""
    client = await an_open_leg(own, switch)
    own.clock.advance(seconds=30)
    await watch(own)

    own.clock.advance(minutes=61)
    await own.close_open_legs()

    (leg,) = await shown(own, "h1")
    assert leg.reason == OpenLeg.HOST_SILENT
    await eventually(lambda: own.usage.seconds(client.tenant_id) == 120)
