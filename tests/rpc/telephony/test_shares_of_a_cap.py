"""Two hosts of one dialer: a tenant's cap over both, when one goes, comes back, or is taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from dev.mariadb import SIMULATOR, MariaDb
from simulators.dialer.ami import ManagerSimulator, Switch
from simulators.dialer.web_api.database import TableDatabase
from tests.rpc.telephony.test_carriers import OLD
from tests.rpc.telephony.test_trunks import Dialer
from tests.support.dialer_api import HOST
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import tenants_dialer
from veneer.tenancy.v1 import brand_pb2

OTHER = "10.20.0.12"
CAP = 11


@dataclass
class Pair(Dialer):
    """A dialer with two hosts."""

    other: Switch

    async def look_at_both(self, seconds: int = 31) -> None:
        """Lets time go by, in which both generators ran, and telephony looked at both hosts."""
        await self.switch.generate(self.tables, HOST)
        if not self.other.is_dead:
            await self.other.generate(self.tables, OTHER)
        self.telephony.clock.advance(seconds=seconds)
        assert self.telephony.carrier_side.watch is not None
        await self.telephony.carrier_side.watch.watch()
        await self.applier.apply_due()

    def caps(self, neutral: str) -> tuple[int, int]:
        """What the hosts let pass at once; a dead one nothing."""
        name = f"{neutral.upper()}CAP"
        one, two = (
            0 if switch.is_dead else int(switch.globals.get(name, "0"))
            for switch in (self.switch, self.other)
        )
        return one, two


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def pair(mariadb: MariaDb) -> AsyncIterator[Pair]:
    one, two = Switch(), Switch()
    tables = await TableDatabase.open(mariadb.url(SIMULATOR))
    try:
        async with (
            tenants_dialer(mariadb) as made,
            ManagerSimulator(one, "cron", "s").serving() as port,
            ManagerSimulator(two, "cron", "s").serving() as other_port,
        ):
            made.ask("DELETE FROM servers WHERE server_ip = %s", OTHER)
            made.ask(
                "INSERT INTO servers (server_id, server_ip, active, rebuild_conf_files)"
                " VALUES ('two', %s, 'Y', 'N')",
                OTHER,
            )
            managers = f"east/h1=cron:s@127.0.0.1:{port},east/h2=cron:s@127.0.0.1:{other_port}"
            settings = {
                **made.settings,
                "dialer_hosts": f"east/h1={HOST},east/h2={OTHER}",
                "dialer_managers": managers,
                "secrets_key": OLD,
            }
            async with running(made.around, **settings) as telephony:
                yield Pair(telephony, made, one, tables, two)
    finally:
        await tables.close()


async def a_capped_client(pair: Pair) -> str:
    """A client with a cap; gives what the dialplan calls it."""
    client = await pair.a_client()
    limits = brand_pb2.Limits(max_concurrent_calls=CAP)
    pair.made.around.directory.limits[client.tenant_id] = limits
    pair.telephony.forget_directory()
    await pair.trunks.ensure(client.tenant_id)
    async with pair.telephony.database.operator_read() as store:
        return (await store.dialer_tenants.get(client.tenant_id)).neutral


async def settled(pair: Pair, neutral: str, expected: tuple[int, int]) -> None:
    """Looks until the hosts have these shares; at no moment is the sum above the cap."""
    for _ in range(12):
        await pair.look_at_both()
        assert sum(pair.caps(neutral)) <= CAP
        if pair.caps(neutral) == expected:
            return
    assert pair.caps(neutral) == expected


async def test_two_hosts_share_a_cap(pair: Pair) -> None:
    """To the last call."""
    neutral = await a_capped_client(pair)

    await settled(pair, neutral, (6, 5))


async def test_the_share_of_a_dead_host_goes_to_the_other(pair: Pair) -> None:
    """After it was not heard of for the lease, and back when it is there again."""
    neutral = await a_capped_client(pair)
    await settled(pair, neutral, (6, 5))

    pair.other.is_dead = True
    await pair.look_at_both()
    assert pair.caps(neutral) == (6, 0)
    pair.telephony.clock.advance(minutes=15)
    await settled(pair, neutral, (CAP, 0))

    # Its generator runs before it takes calls: the row says 0 by now.
    pair.other.is_dead = False
    await settled(pair, neutral, (6, 5))
