"""Agents: users and phones of the dialer, and what they do at the moment."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.rpc.errors import from_rpc_error
from services.telephony.domain.provisioning.blocking import State
from tests.support.dialer_clients import Dialing, Tenant, refusal
from tests.support.eventually import eventually
from veneer.telephony.v1 import agent_service_pb2 as pb


def user(dialing: Dialing, tenant: Tenant, number: int = 1) -> dict[str, Any]:
    (row,) = dialing.rows("SELECT * FROM vicidial_users WHERE user = %s", tenant.code.user(number))
    return row


def phone(dialing: Dialing, tenant: Tenant, number: int = 1) -> dict[str, Any]:
    (row,) = dialing.rows("SELECT * FROM phones WHERE extension = %s", tenant.code.phone(number))
    return row


async def test_an_agent_gets_a_user_and_a_phone(dialing: Dialing) -> None:
    """Both active, with secrets that agree; the client is told the password alone."""
    tenant = await dialing.a_tenant()

    made = await dialing.an_agent(tenant, may_dial_manually=True)

    assert (made.name, made.reconciling) == (f"{tenant.parent}/agents/maria", False)
    assert made.state == pb.Agent.ACTIVE
    assert tenant.code.text not in str(made)
    row, line = user(dialing, tenant), phone(dialing, tenant)
    assert (row["pass"], row["full_name"], row["active"]) == (made.password, "María Núñez", "Y")
    assert (row["user_level"], row["user_group"]) == (1, tenant.code.user_group)
    assert (row["agentcall_manual"], row["phone_login"]) == ("1", tenant.code.phone(1))
    assert row["phone_pass"] == line["pass"] == line["conf_secret"] != made.password
    assert (line["login"], line["active"]) == (tenant.code.phone(1), "Y")


async def test_a_password_is_told_once_and_kept_nowhere(dialing: Dialing) -> None:
    """A repeat is answered without it, and our store forgets it."""
    tenant, request_id = await dialing.a_tenant(), str(uuid.uuid4())
    first = await dialing.an_agent(tenant, request_id=request_id)

    again = await dialing.an_agent(tenant, request_id=request_id)

    assert len(first.password) == 20
    assert first.password.isalnum()
    assert (again.name, again.password) == (first.name, "")
    assert user(dialing, tenant)["pass"] == first.password
    around = dialing.telephony.around
    for table in ("client_agents", "requests", "outbox", "dialer_objects"):
        rows = await around.fetch(f"SELECT row(t.*)::text AS all FROM {table} t")  # noqa: S608
        assert not [row for row in rows if first.password in row["all"]]


async def test_a_new_password_replaces_the_old_one(dialing: Dialing) -> None:
    """And nothing else."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    request = pb.ResetAgentPasswordRequest(name=made.name)

    reset = await dialing.agents.ResetAgentPassword(request, metadata=tenant.me)

    assert reset.password not in ("", made.password)
    assert user(dialing, tenant)["pass"] == reset.password


async def test_an_inactive_agent_cannot_log_in_and_is_logged_out(dialing: Dialing) -> None:
    """Active again it has the password that it had."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    login = tenant.code.user(1)
    dialing.an_agent_session(login, tenant.code.campaign(999), "READY")

    request = pb.DeactivateAgentRequest(name=made.name)
    gone = await dialing.agents.DeactivateAgent(request, metadata=tenant.me)

    assert gone.state == pb.Agent.INACTIVE
    assert (user(dialing, tenant)["active"], phone(dialing, tenant)["active"]) == ("N", "N")
    (session,) = dialing.rows(
        "SELECT external_status FROM vicidial_live_agents WHERE user = %s", login
    )
    assert session["external_status"] == "LOGOUT"
    back = pb.ReactivateAgentRequest(name=made.name)
    assert (await dialing.agents.ReactivateAgent(back, metadata=tenant.me)).state == pb.Agent.ACTIVE
    assert user(dialing, tenant)["active"] == "Y"
    assert user(dialing, tenant)["pass"] == made.password


async def test_a_limit_counts_active_agents_against_fifty_at_once(dialing: Dialing) -> None:
    """Creating and reactivating count; an inactive one makes room."""
    tenant = await dialing.a_tenant(max_agents=10)

    answers = await asyncio.gather(
        *(dialing.an_agent(tenant, f"a-{n}") for n in range(50)), return_exceptions=True
    )

    made = [each for each in answers if isinstance(each, pb.Agent)]
    problems = [from_rpc_error(e) for e in answers if isinstance(e, grpc.aio.AioRpcError)]
    assert (len(made), {each.reason for each in problems}) == (10, {"QUOTA_EXCEEDED"})
    off = pb.DeactivateAgentRequest(name=made[0].name)
    await dialing.agents.DeactivateAgent(off, metadata=tenant.me)
    await dialing.an_agent(tenant, "another")
    back = pb.ReactivateAgentRequest(name=made[0].name)
    refused = await refusal(dialing.agents.ReactivateAgent(back, metadata=tenant.me))
    assert refused.reason == "QUOTA_EXCEEDED"


async def test_it_is_told_who_does_what_since_when(dialing: Dialing) -> None:
    """In our own names; another tenant's sessions are not looked at."""
    tenant = await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    for agent_id in ("busy", "paused", "writing", "away"):
        await dialing.an_agent(tenant, agent_id)
    campaign = tenant.code.campaign(1)
    dialing.an_agent_session(tenant.code.user(1), campaign, "INCALL", lead_id=5)
    dialing.an_agent_session(tenant.code.user(2), campaign, "PAUSED", lead_id=0)
    dialing.an_agent_session(tenant.code.user(3), campaign, "PAUSED", lead_id=5)

    listed = await dialing.agents.ListAgents(
        pb.ListAgentsRequest(parent=tenant.parent), metadata=tenant.me
    )

    doing = {each.name.rsplit("/", 1)[1]: each.presence.activity for each in listed.agents}
    presence = pb.Agent.Presence
    assert doing == {
        "away": presence.ACTIVITY_UNSPECIFIED, "busy": presence.ON_CALL,
        "paused": presence.PAUSED, "writing": presence.WRAP_UP,
    }  # fmt: skip
    assert listed.presence_known
    (busy,) = [each for each in listed.agents if each.name.endswith("busy")]
    since = dialing.telephony.clock.now() - busy.presence.start_time.ToDatetime(
        dialing.telephony.clock.now().tzinfo
    )
    assert timedelta(seconds=59) <= since <= timedelta(seconds=75)
    assert busy.presence.campaign == f"{tenant.parent}/campaigns/west"


async def test_an_agent_is_logged_out_on_demand(dialing: Dialing) -> None:
    """It may log in again at once."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    dialing.an_agent_session(tenant.code.user(1), tenant.code.campaign(999), "INCALL")

    request = pb.LogOutAgentRequest(name=made.name)
    still = await dialing.agents.LogOutAgent(request, metadata=tenant.me)

    def is_ordered_out() -> bool:
        (session,) = dialing.rows(
            "SELECT external_status FROM vicidial_live_agents WHERE user = %s",
            tenant.code.user(1),
        )
        return bool(session["external_status"] == "LOGOUT")

    await eventually(is_ordered_out)
    assert still.state == pb.Agent.ACTIVE


async def test_an_update_changes_what_is_asked_for(dialing: Dialing) -> None:
    """A name that the dialer would not keep as it is, is refused."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    patch = pb.Agent(name=made.name, display_name="Ana Ruiz", etag=made.etag)
    request = pb.UpdateAgentRequest(agent=patch, update_mask=FieldMask(paths=["display_name"]))

    changed = await dialing.agents.UpdateAgent(request, metadata=tenant.me)

    assert changed.display_name == user(dialing, tenant)["full_name"] == "Ana Ruiz"
    stale = await refusal(dialing.agents.UpdateAgent(request, metadata=tenant.me))
    assert stale.reason == "CONCURRENT_CHANGE"
    request.agent.etag, request.agent.display_name = "", "Ana; DROP|x"
    bad = await refusal(dialing.agents.UpdateAgent(request, metadata=tenant.me))
    assert [each.field for each in bad.violations] == ["agent.display_name"]


async def test_another_tenants_agent_is_missing(dialing: Dialing) -> None:
    """For reading and for writing."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    made = await dialing.an_agent(tenant)

    got = dialing.agents.GetAgent(pb.GetAgentRequest(name=made.name), metadata=other.me)
    reset = dialing.agents.ResetAgentPassword(
        pb.ResetAgentPasswordRequest(name=made.name), metadata=other.me
    )

    assert (await refusal(got)).reason == "RESOURCE_NOT_FOUND"
    assert (await refusal(reset)).reason == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("fault", ["empty", "dead"])
@pytest.mark.parametrize("function", ["add_user", "add_phone"])
async def test_an_answer_that_is_lost_makes_nothing_twice(
    dialing: Dialing, fault: str, function: str
) -> None:
    """Whether the work was done or not: the agent comes, once, with the password it was told."""
    tenant = await dialing.a_tenant()
    getattr(dialing.api.habits, fault)[function] = 1

    made = await dialing.an_agent(tenant)

    assert made.reconciling
    dialing.telephony.clock.advance(minutes=1)

    async def is_there() -> bool:
        request = pb.GetAgentRequest(name=made.name)
        got = await dialing.agents.GetAgent(request, metadata=dialing.metadata(tenant.tenant_id))
        return not got.reconciling

    await eventually(is_there)
    row, line = user(dialing, tenant), phone(dialing, tenant)
    assert (row["pass"], row["active"]) == (made.password, "Y")
    assert row["phone_pass"] == line["pass"] == line["conf_secret"]


async def test_nobody_comes_back_while_the_tenant_is_suspended(dialing: Dialing) -> None:
    """An inactive agent stays so; a new password lets an active one in no sooner."""
    tenant = await dialing.a_tenant()
    made, off = await dialing.an_agent(tenant), await dialing.an_agent(tenant, "off")
    await dialing.agents.DeactivateAgent(
        pb.DeactivateAgentRequest(name=off.name), metadata=tenant.me
    )
    async with dialing.store(tenant.tenant_id) as store:
        await store.service_states.ask(tenant.tenant_id, State.SUSPENDED, "test", False)

    back = dialing.agents.ReactivateAgent(
        pb.ReactivateAgentRequest(name=off.name), metadata=tenant.me
    )
    await dialing.agents.ResetAgentPassword(
        pb.ResetAgentPasswordRequest(name=made.name), metadata=tenant.me
    )

    assert (await refusal(back)).reason == "OUTBOUND_STOPPED"
    assert [user(dialing, tenant, number)["active"] for number in (1, 2)] == ["N", "N"]
