"""Blocking a tenant's service, and giving back exactly what was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from dev.mariadb import MariaDb
from tests.rpc.telephony.test_dids import refusal
from tests.rpc.telephony.test_provisioning import a_number, use_the_dialer
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import Tenants, TenantsDialer, tenants_dialer
from veneer.telephony.v1 import service_state_service_pb2 as pb

State = pb.ServiceState.State


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def dialer(mariadb: MariaDb) -> AsyncIterator[TenantsDialer]:
    async with tenants_dialer(mariadb) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def tenants(dialer: TenantsDialer) -> AsyncIterator[Tenants]:
    async with running(dialer.around, **dialer.settings) as telephony:
        yield Tenants(telephony)


class Used:
    """A tenant with two agents and a number, at work."""

    def __init__(self, dialer: TenantsDialer, tenants: Tenants) -> None:
        self.dialer, self.tenants = dialer, tenants
        self.name = self.code = self.called = ""

    async def begin(self) -> None:
        client = await self.tenants.telephony.a_client(with_route=False)
        self.called = a_number()
        run = await self.tenants.provisioned(
            client.tenant_id, agent_count=2, phone_numbers=[self.called]
        )
        self.name, self.code = f"tenants/{client.tenant_id}/serviceState", run.code
        lists = self.dialer.ask(
            "SELECT list_id FROM vicidial_lists WHERE campaign_id = %s", f"{run.code}C001"
        )
        use_the_dialer(self.dialer, run.code, str(lists[0][0]), self.called)

    async def set(self, state: Any, **more: Any) -> pb.ServiceState:
        """Sets the state, and waits until the dialer has it."""
        request = pb.SetServiceStateRequest(name=self.name, state=state, reason="Unpaid", **more)
        states = self.tenants.states
        operator = self.tenants.telephony.operator
        await states.SetServiceState(request, metadata=operator)

        async def applied() -> bool:
            answer = await states.GetServiceState(
                pb.GetServiceStateRequest(name=self.name), metadata=operator
            )
            return bool(answer.HasField("apply_time"))

        await eventually(applied)
        answer: pb.ServiceState = await states.GetServiceState(
            pb.GetServiceStateRequest(name=self.name), metadata=operator
        )
        return answer

    def switches(self) -> dict[str, str]:
        """What is on and what is off."""
        found = self.dialer.ask(
            "SELECT campaign_id, active FROM vicidial_campaigns WHERE user_group = %s"
            " UNION SELECT user, active FROM vicidial_users WHERE user_group = %s"
            " UNION SELECT did_pattern, did_active FROM vicidial_inbound_dids"
            " WHERE user_group = %s",
            *[f"{self.code}GRP"] * 3,
        )
        return dict(found)

    def count(self, table: str) -> int:
        """Rows of the tenant's in a table by campaign."""
        query = f"SELECT COUNT(*) FROM {table} WHERE campaign_id LIKE %s"  # noqa: S608
        return int(self.dialer.ask(query, f"{self.code}%")[0][0])


@pytest_asyncio.fixture(loop_scope="session")
async def used(dialer: TenantsDialer, tenants: Tenants) -> Used:
    made = Used(dialer, tenants)
    await made.begin()
    return made


async def test_outbound_stops_before_it_is_answered(used: Used) -> None:
    """Campaigns are off and nothing waits to be dialled; agents may still take calls."""
    await used.set(State.OUTBOUND_BLOCKED)

    assert used.switches()[f"{used.code}C001"] == "N"
    assert used.switches()[f"{used.code}A00001"] == used.switches()[used.called] == "Y"
    assert used.count("vicidial_hopper") == 0
    assert used.count("vicidial_live_agents") == 1


async def test_a_suspended_tenant_does_nothing(used: Used) -> None:
    """Agents are out, and calls come in only if the plan says so."""
    await used.set(State.SUSPENDED, keep_inbound=True)

    assert set(used.switches().values()) == {"Y", "N"}
    assert used.switches()[used.called] == "Y"
    assert used.count("vicidial_live_agents") == 0

    await used.set(State.SUSPENDED)

    assert set(used.switches().values()) == {"N"}


async def test_resuming_gives_back_what_was(used: Used) -> None:
    """What was off before stays off, however often it was blocked meanwhile."""
    used.dialer.ask("UPDATE vicidial_users SET active = 'N' WHERE user = %s", f"{used.code}A00002")
    before = used.switches()

    for state in (State.OUTBOUND_BLOCKED, State.SUSPENDED, State.OUTBOUND_BLOCKED, State.SUSPENDED):
        await used.set(state)
    assert set(used.switches().values()) == {"N"}
    answer = await used.set(State.ACTIVE)

    assert used.switches() == before
    assert answer.state == State.ACTIVE


async def test_one_tenants_trouble_is_not_anothers(used: Used, tenants: Tenants) -> None:
    """Nor is there a state of a tenant that is not."""
    other = Used(used.dialer, tenants)
    await other.begin()
    before = other.switches()

    await used.set(State.SUSPENDED)

    assert other.switches() == before
    assert other.count("vicidial_hopper") == 1
    call = tenants.states.GetServiceState(
        pb.GetServiceStateRequest(name="tenants/nobody/serviceState"),
        metadata=tenants.telephony.operator,
    )
    assert await refusal(call) == "RESOURCE_NOT_FOUND"
