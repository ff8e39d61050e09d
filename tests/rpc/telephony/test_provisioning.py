"""Tenants come into the dialer, inactive first, and leave it without a trace."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev.mariadb import MariaDb
from tests.rpc.telephony.test_dids import a_request, refusal
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import Run, Tenants, TenantsDialer, tenants_dialer
from veneer.telephony.v1 import provisioning_service_pb2 as pb


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


def a_number() -> str:
    return f"1312{uuid.uuid4().int % 10**7:07d}"


async def test_a_tenant_gets_all_that_it_needs(dialer: TenantsDialer, tenants: Tenants) -> None:
    """A group that sees itself alone, a campaign of its own, agents with phones, numbers."""
    client = await tenants.telephony.a_client(with_route=False)
    shown, called = a_number(), a_number()

    run = await tenants.provisioned(
        client.tenant_id, agent_count=2, caller_ids=[shown], phone_numbers=[called]
    )

    assert run.state == Run.SUCCEEDED, run
    code = run.code
    assert dialer.ask(
        "SELECT allowed_campaigns, admin_viewable_groups FROM vicidial_user_groups"
        " WHERE user_group = %s",
        f"{code}GRP",
    ) == [(f" {code}C001 -", f" {code}GRP ")]
    campaign = dialer.ask(
        "SELECT active, campaign_name, user_group, dial_statuses, campaign_cid, dial_prefix,"
        " manual_dial_prefix, three_way_dial_prefix, manual_dial_list_id FROM vicidial_campaigns"
        " WHERE campaign_id = %s",
        f"{code}C001",
    )[0]
    assert campaign[:8] == ("Y", "Spring offer", f"{code}GRP", " NEW NA AB -", shown, "#", "#", "#")
    assert campaign[8] not in (998, 999)
    assert dialer.ask(
        "SELECT campaign_id, active FROM vicidial_lists WHERE list_id = %s", campaign[8]
    ) == [(f"{code}C001", "Y")]
    for table in ("vicidial_campaign_stats", "vicidial_campaign_stats_debug"):
        assert dialer.ask(
            f"SELECT COUNT(*) FROM {table} WHERE campaign_id = %s",  # noqa: S608
            f"{code}C001",
        ) == [(1,)]
    assert dialer.ask(
        "SELECT status FROM vicidial_campaign_statuses WHERE campaign_id = %s ORDER BY 1",
        f"{code}C001",
    ) == [("APPT",), ("QUOTE",)]
    check_agents_and_number(dialer, code, called)


def check_agents_and_number(dialer: TenantsDialer, code: str, called: str) -> None:
    """Two agents that can log in at their phones, and a number that rings with them."""
    agents = dialer.ask(
        "SELECT u.user, u.active, u.agentcall_manual, u.phone_pass = p.pass, p.protocol, p.active"
        " FROM vicidial_users u JOIN phones p ON p.login = u.phone_login"
        " WHERE u.user_group = %s ORDER BY 1",
        f"{code}GRP",
    )
    assert agents == [(f"{code}A0000{n}", "Y", "1", 1, "PJSIP", "Y") for n in (1, 2)]
    assert dialer.ask(
        "SELECT user_group, did_active, group_id FROM vicidial_inbound_dids WHERE did_pattern = %s",
        called,
    ) == [(f"{code}GRP", "Y", f"{code}IN001")]


async def test_a_tenant_leaves_nothing(dialer: TenantsDialer, tenants: Tenants) -> None:
    """Not even in the logs of who made and removed it; the others keep all."""
    stays = await tenants.telephony.a_client(with_route=False)
    goes = await tenants.telephony.a_client(with_route=False)
    called = a_number()
    kept = await tenants.provisioned(stays.tenant_id, agent_count=1)
    run = await tenants.provisioned(
        goes.tenant_id, agent_count=2, caller_ids=[a_number()], phone_numbers=[called]
    )
    code, used = run.code, (await objects_of(dialer, goes.tenant_id))
    list_id = next(object_id for kind, object_id in used if kind == "list")
    others = dialer.mentions(kept.code)
    use_the_dialer(dialer, code, list_id, called)
    assert dialer.mentions(code)["vicidial_log"] == 1

    undone = await tenants.undo(run.name)

    assert undone.state == Run.UNDONE, undone
    assert {step.state for step in undone.steps} == {Run.Step.UNDONE}
    assert dialer.mentions(code, list_id, called) == {}
    assert dialer.mentions(kept.code) == others
    assert await objects_of(dialer, goes.tenant_id) == []


async def test_what_is_somebody_elses_is_left_alone(
    dialer: TenantsDialer, tenants: Tenants
) -> None:
    """A number that the operator has put into the dialer himself."""
    client = await tenants.telephony.a_client(with_route=False)
    called = a_number()
    dialer.ask(
        "INSERT INTO vicidial_inbound_dids (did_pattern, did_description) VALUES (%s, 'Mine')",
        called,
    )

    run = await tenants.provisioned(client.tenant_id, phone_numbers=[called])

    assert run.state == Run.FAILED
    assert "DIALER_OBJECT_TAKEN" in run.trouble
    assert [step.name for step in run.steps if step.trouble] == ["numbers"]
    assert (await tenants.undo(run.name)).state == Run.UNDONE
    assert dialer.ask(
        "SELECT did_description FROM vicidial_inbound_dids WHERE did_pattern = %s", called
    ) == [("Mine",)]


async def test_a_tenant_has_one_run(tenants: Tenants) -> None:
    """And the same request is the same run."""
    client = await tenants.telephony.a_client(with_route=False)
    request_id = str(uuid.uuid4())
    run = await tenants.begin(client.tenant_id, request_id)

    assert (await tenants.begin(client.tenant_id, request_id)).name == run.name
    assert await refusal(tenants.begin(client.tenant_id)) == "TENANT_PROVISIONED"
    await tenants.ended(run.name)
    assert await refusal(tenants.begin(client.tenant_id)) == "TENANT_PROVISIONED"
    await tenants.undo(run.name)
    again = await tenants.provisioned(client.tenant_id)
    listed = await tenants.runs.ListProvisioningRuns(
        pb.ListProvisioningRunsRequest(parent=f"tenants/{client.tenant_id}"),
        metadata=tenants.telephony.operator,
    )
    assert {each.name for each in listed.provisioning_runs} == {run.name, again.name}
    assert again.code != run.code


async def test_answers_that_never_came_are_survived(
    dialer: TenantsDialer, tenants: Tenants
) -> None:
    """Done or not done, nobody knows: it is done again, later."""
    client = await tenants.telephony.a_client(with_route=False)
    dialer.api.habits.empty.update(add_list=1, server_refresh=1)
    dialer.api.habits.dead.update(add_user=1)
    run = await tenants.begin(client.tenant_id, agent_count=1)

    over = await tenants.driven(run.name)

    assert over.state == Run.SUCCEEDED
    assert over.trouble == ""


async def objects_of(dialer: TenantsDialer, tenant_id: str) -> list[tuple[str, str]]:
    """The tenant's objects in the map."""
    rows = await dialer.around.fetch(
        "SELECT kind, object_id FROM dialer_objects WHERE tenant_id = $1 ORDER BY 1, 2", tenant_id
    )
    return [(row["kind"], row["object_id"]) for row in rows]


def use_the_dialer(dialer: TenantsDialer, code: str, list_id: str, called: str) -> None:
    """A lead was called, an agent talked, somebody called in."""
    dialer.ask(
        "INSERT INTO vicidial_list (list_id, phone_number, status) VALUES (%s, '13125550100', 'A')",
        list_id,
    )
    lead = dialer.ask("SELECT lead_id FROM vicidial_list WHERE list_id = %s", list_id)[0][0]
    dialer.ask(
        "INSERT INTO vicidial_log (uniqueid, lead_id, list_id, campaign_id, user)"
        " VALUES (%s, %s, %s, %s, %s)",
        f"1700000000.{lead}", lead, list_id, f"{code}C001", f"{code}A00001",
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO vicidial_log_archive (uniqueid, lead_id, list_id) VALUES (%s, %s, %s)",
        f"1700000000.{lead}", lead, list_id,
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO recording_log (lead_id, user, filename) VALUES (%s, %s, %s)",
        lead, f"{code}A00001", f"20260101_{code}A00001",
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO vicidial_live_agents (user, campaign_id) VALUES (%s, %s)",
        f"{code}A00001", f"{code}C001",
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO vicidial_hopper (lead_id, campaign_id, list_id) VALUES (%s, %s, %s)",
        lead, f"{code}C001", list_id,
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO vicidial_did_log (uniqueid, extension) VALUES ('1700000001.1', %s)", called
    )


async def test_numbers_that_a_tenant_holds_already_come_along(
    dialer: TenantsDialer, tenants: Tenants
) -> None:
    """Though nobody names them: it came to hold them before it was in the dialer."""
    telephony = tenants.telephony
    client, number = await telephony.a_client(with_route=False), a_number()
    today = telephony.clock.now().date()
    await telephony.dids.CreateDid(
        a_request(client.tenant_id, f"+{number}", today), metadata=telephony.operator
    )

    run = await tenants.provisioned(client.tenant_id)

    def row() -> list[tuple[object, ...]]:
        return dialer.ask(
            "SELECT did_active, group_id FROM vicidial_inbound_dids WHERE did_pattern = %s", number
        )

    telephony.clock.advance(seconds=1)
    await eventually(lambda: row() == [("Y", f"{run.code}IN001")])
    await tenants.undo(run.name)
    assert row() == []
