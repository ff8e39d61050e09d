"""Somebody changes things in the dialer's own pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev.mariadb import MariaDb
from tests.rpc.telephony.test_provisioning import a_number
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import Client, running
from tests.support.tenants_dialer import Tenants, TenantsDialer, tenants_dialer
from veneer.telephony.v1 import drift_service_pb2 as pb


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
    async with running(dialer.around, drift_seconds=0.2, **dialer.settings) as telephony:
        yield Tenants(telephony)


async def drifts(tenants: Tenants, client: Client) -> dict[tuple[str, str], tuple[str, str]]:
    """What is listed: (object, field) -> (expected, actual)."""
    answer = await tenants.drifts.ListDrifts(
        pb.ListDriftsRequest(parent=f"tenants/{client.tenant_id}"),
        metadata=tenants.telephony.operator,
    )
    return {(each.object_id, each.field): (each.expected, each.actual) for each in answer.drifts}


async def repair(tenants: Tenants, client: Client) -> pb.RepairDriftsResponse:
    answer: pb.RepairDriftsResponse = await tenants.drifts.RepairDrifts(
        pb.RepairDriftsRequest(parent=f"tenants/{client.tenant_id}"),
        metadata=tenants.telephony.operator,
    )
    return answer


def edit(dialer: TenantsDialer, code: str) -> None:
    """Renames two objects, deletes one, and adds one."""
    campaign, agent, gone = f"{code}C001", f"{code}A00001", f"{code}A00002"
    dialer.ask(
        "UPDATE vicidial_campaigns SET campaign_name = 'Mine now' WHERE campaign_id = %s", campaign
    )
    dialer.ask("UPDATE vicidial_users SET full_name = 'Bob' WHERE user = %s", agent)
    dialer.ask("DELETE FROM vicidial_users WHERE user = %s", gone)
    dialer.ask(
        "INSERT INTO vicidial_users (user, user_group, active) VALUES ('smuggled', %s, 'Y')",
        f"{code}GRP",
    )


async def test_what_was_edited_is_found_and_put_right(
    dialer: TenantsDialer, tenants: Tenants
) -> None:
    """By field; a tenant that nobody touched has no drift."""
    client = await tenants.telephony.a_client(with_route=False)
    other = await tenants.telephony.a_client(with_route=False)
    called = a_number()
    code = (await tenants.provisioned(client.tenant_id, agent_count=2, phone_numbers=[called])).code
    await tenants.provisioned(other.tenant_id, agent_count=1)
    campaign, agent, gone = f"{code}C001", f"{code}A00001", f"{code}A00002"
    edit(dialer, code)
    seeded = {
        (campaign, "campaign_name"): ("Spring offer", "Mine now"),
        (agent, "full_name"): ("Agent 1", "Bob"),
        (gone, ""): ("present", ""),
        ("smuggled", ""): ("", "present"),
    }

    async def found() -> bool:
        return await drifts(tenants, client) == seeded

    await eventually(found)
    assert await drifts(tenants, other) == {}

    answer = await repair(tenants, client)

    assert answer.repaired_count == 3
    assert [(each.object_id, each.actual) for each in answer.drifts] == [("smuggled", "present")]
    assert dialer.ask("SELECT active FROM vicidial_users WHERE user = %s", gone) == [("Y",)]
    dialer.ask("DELETE FROM vicidial_users WHERE user = 'smuggled'")

    async def nothing() -> bool:
        return await drifts(tenants, client) == {}

    await eventually(nothing)


async def test_what_keeps_tenants_apart_is_put_right_at_once(
    dialer: TenantsDialer, tenants: Tenants
) -> None:
    """Without being told: the next agent that logs in would see another's campaign."""
    client = await tenants.telephony.a_client(with_route=False)
    code = (await tenants.provisioned(client.tenant_id)).code
    dialer.ask(
        "UPDATE vicidial_user_groups SET allowed_campaigns = ' -ALL-CAMPAIGNS- - -',"
        " group_name = 'Renamed' WHERE user_group = %s",
        f"{code}GRP",
    )

    def restored() -> bool:
        return dialer.ask(
            "SELECT allowed_campaigns FROM vicidial_user_groups WHERE user_group = %s",
            f"{code}GRP",
        ) == [(f" {code}C001 -",)]

    await eventually(restored)
