"""Two tenants come and go at the same time, while whoever works at it is killed again and again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from random import Random

import pytest
import pytest_asyncio

from dev.mariadb import MariaDb
from tests.rpc.telephony.test_provisioning import a_number, objects_of, use_the_dialer
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import Run, Tenants, TenantsDialer, tenants_dialer
from veneer.telephony.v1 import drift_service_pb2, provisioning_service_pb2

pytestmark = pytest.mark.kills

KILLS = 8
_FAULTS = ("add_user", "update_user", "add_list", "update_list", "add_did", "server_refresh")


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def dialer(mariadb: MariaDb) -> AsyncIterator[TenantsDialer]:
    async with tenants_dialer(mariadb) as made:
        yield made


class Killer:
    """Runs one telephony after another, each killed after a moment, until the runs are over."""

    def __init__(self, dialer: TenantsDialer, seed: int) -> None:
        self.dialer, self.chance = dialer, Random(seed)

    async def live(self, work: Callable[[Tenants], Awaitable[None]]) -> None:
        """Does something with a telephony that is not killed."""
        async with running(self.dialer.around, **self.dialer.settings) as telephony:
            await work(Tenants(telephony))

    async def until_over(self, names: list[str]) -> list[Run]:
        """Kills and starts until nothing goes on by itself, then gives the runs."""
        for _ in range(KILLS):
            self._fault()
            async with running(self.dialer.around, **self.dialer.settings) as telephony:
                tenants = Tenants(telephony)
                with contextlib.suppress(TimeoutError):
                    over = asyncio.gather(*map(tenants.ended, names))
                    await asyncio.wait_for(over, self.chance.uniform(0.02, 0.5))
            # What the killed one held lapses, and what waits is due.
            self.dialer.around.clock.advance(minutes=6)
        async with running(self.dialer.around, **self.dialer.settings) as telephony:
            return [await Tenants(telephony).driven(name) for name in names]

    def _fault(self) -> None:
        """An answer that does not come, now and then."""
        habits = self.dialer.api.habits
        for faults in (habits.empty, habits.dead):
            faults.clear()
        if self.chance.random() < 0.5:
            faults = self.chance.choice([habits.empty, habits.dead])
            faults[self.chance.choice(_FAULTS)] = 1


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_shared_and_nothing_is_left(dialer: TenantsDialer, seed: int) -> None:
    """Whatever was going on when they died."""
    killer = Killer(dialer, seed)
    numbers = {name: a_number() for name in (f"one-{seed}", f"other-{seed}")}
    runs: dict[str, str] = {}
    before = dialer.mentions("GRP")

    async def begin(tenants: Tenants) -> None:
        for tenant_id, number in numbers.items():
            dialer.around.directory.zones[tenant_id] = "UTC"
            run = await tenants.begin(tenant_id, agent_count=3, phone_numbers=[number])
            runs[tenant_id] = run.name

    await killer.live(begin)
    made = await killer.until_over(list(runs.values()))

    assert [run.state for run in made] == [Run.SUCCEEDED] * 2, made
    codes = [run.code for run in made]
    assert len(set(codes)) == 2
    for (tenant_id, number), code in zip(numbers.items(), codes, strict=True):
        await check_and_use(dialer, tenant_id, number, code)

    async def undo(tenants: Tenants) -> None:
        for tenant_id, name in runs.items():
            drifts = await tenants.drifts.ListDrifts(
                drift_service_pb2.ListDriftsRequest(parent=f"tenants/{tenant_id}"),
                metadata=tenants.telephony.operator,
            )
            assert not drifts.drifts
            request = provisioning_service_pb2.UndoProvisioningRunRequest(name=name)
            await tenants.runs.UndoProvisioningRun(request, metadata=tenants.telephony.operator)

    await killer.live(undo)
    gone = await killer.until_over(list(runs.values()))

    assert [run.state for run in gone] == [Run.UNDONE] * 2, gone
    assert dialer.mentions(*codes, *numbers.values()) == {}
    assert dialer.mentions("GRP") == before


async def check_and_use(dialer: TenantsDialer, tenant_id: str, number: str, code: str) -> None:
    """The tenant has all that it should have, once, and goes to work."""
    check_whole(dialer, code, number)
    objects = await objects_of(dialer, tenant_id)
    assert len(objects) == len(set(objects)) == 15
    lists = dialer.ask("SELECT list_id FROM vicidial_lists WHERE campaign_id = %s", f"{code}C001")
    use_the_dialer(dialer, code, str(lists[0][0]), number)


def check_whole(dialer: TenantsDialer, code: str, number: str) -> None:
    """One of each and no more, all of it on, nothing of another tenant's."""
    group = f"{code}GRP"
    for table, column, count in (
        ("vicidial_user_groups", "user_group", 1), ("vicidial_campaigns", "user_group", 1),
        ("vicidial_users", "user_group", 3), ("phones", "user_group", 3),
        ("vicidial_inbound_groups", "user_group", 1), ("vicidial_inbound_dids", "user_group", 1),
    ):  # fmt: skip
        query = f"SELECT COUNT(*) FROM {table} WHERE {column} = %s"  # noqa: S608
        assert dialer.ask(query, group) == [(count,)], table
    campaign = f"{code}C001"
    for table, count in (
        ("vicidial_lists", 1), ("vicidial_campaign_statuses", 2), ("vicidial_pause_codes", 2),
        ("vicidial_campaign_stats", 1), ("vicidial_campaign_stats_debug", 1),
    ):  # fmt: skip
        query = f"SELECT COUNT(*) FROM {table} WHERE campaign_id = %s"  # noqa: S608
        assert dialer.ask(query, campaign) == [(count,)], table
    assert dialer.ask(
        "SELECT user_group, did_active FROM vicidial_inbound_dids WHERE did_pattern = %s", number
    ) == [(group, "Y")]
    assert dialer.ask(
        "SELECT active FROM vicidial_users WHERE user_group = %s GROUP BY 1", group
    ) == [("Y",)]
