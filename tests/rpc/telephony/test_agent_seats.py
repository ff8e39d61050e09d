"""Agents come in at the agent page: who may, and what the gateway is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from services.telephony.domain.provisioning.blocking import State
from tests.support.dialer_clients import Dialing, Tenant, refusal
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from veneer.telephony.v1 import agent_seat_service_pb2 as pb
from veneer.telephony.v1 import agent_seat_service_pb2_grpc as rpc
from veneer.telephony.v1 import agent_service_pb2, campaign_service_pb2


@pytest.fixture
def seats(dialing: Dialing) -> Any:
    """The gateway's stub."""
    return rpc.AgentSeatServiceStub(mesh().channel(dialing.telephony.port, "telephony"))


def says(tenant: Tenant, password: str, agent: str = "maria") -> pb.AuthenticateAgentRequest:
    """A log-in."""
    return pb.AuthenticateAgentRequest(agent=f"{tenant.parent}/agents/{agent}", password=password)


async def test_an_agent_that_logs_in_gets_its_seat(dialing: Dialing, seats: Any) -> None:
    """With the dialer's log-ins, and the campaigns that run."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant, may_dial_manually=True)
    await dialing.a_campaign(tenant, caller_number=tenant.number)
    await dialing.a_campaign(tenant, "east")
    request = campaign_service_pb2.ResumeCampaignRequest(name=f"{tenant.parent}/campaigns/west")
    await dialing.campaigns.ResumeCampaign(request, metadata=tenant.me)

    seat = await seats.AuthenticateAgent(says(tenant, made.password))

    (row,) = dialing.rows("SELECT * FROM vicidial_users WHERE user = %s", tenant.code.user(1))
    assert (seat.user, seat.password) == (row["user"], made.password)
    assert (seat.phone_login, seat.phone_password) == (row["phone_login"], row["phone_pass"])
    assert [each.campaign for each in seat.choices] == [f"{tenant.parent}/campaigns/west"]
    assert seat.choices[0].dialer_campaign == tenant.code.campaign(1)
    assert list(seat.caller_numbers) == [tenant.number.removeprefix("+")]
    assert seat.may_dial_manually


async def test_whatever_is_wrong_with_a_log_in_is_one_refusal(dialing: Dialing, seats: Any) -> None:
    """A password, an agent that is not there, one that is shut out."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    reasons = [
        (await refusal(seats.AuthenticateAgent(says(tenant, "wrong")))).reason,
        (await refusal(seats.AuthenticateAgent(says(tenant, made.password, "nobody")))).reason,
    ]
    shut_out = agent_service_pb2.DeactivateAgentRequest(name=made.name)
    await dialing.agents.DeactivateAgent(shut_out, metadata=tenant.me)
    reasons.append((await refusal(seats.AuthenticateAgent(says(tenant, made.password)))).reason)

    assert set(reasons) == {"AGENT_CREDENTIALS_INVALID"}


async def test_nobody_of_a_suspended_tenant_comes_in_or_stays(dialing: Dialing, seats: Any) -> None:
    """Before the dialer has heard of it."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    async with dialing.store(tenant.tenant_id) as store:
        await store.service_states.ask(tenant.tenant_id, State.SUSPENDED, "unpaid", False)

    entering = await refusal(seats.AuthenticateAgent(says(tenant, made.password)))
    staying = await refusal(seats.RenewAgentSeat(pb.RenewAgentSeatRequest(agent=made.name)))

    assert (entering.reason, staying.reason) == ("OUTBOUND_STOPPED", "OUTBOUND_STOPPED")


async def test_a_lead_is_its_tenants_alone(dialing: Dialing, seats: Any) -> None:
    """By the list that it is in."""
    mine, other = await dialing.a_tenant(), await dialing.a_tenant()
    dialing.insert("vicidial_list", list_id=mine.code.list_id(1), phone_number="3125550142")
    (row,) = dialing.rows(
        "SELECT lead_id FROM vicidial_list WHERE list_id = %s", mine.code.list_id(1)
    )

    def asked(tenant: Tenant) -> pb.CheckAgentLeadRequest:
        return pb.CheckAgentLeadRequest(tenant=tenant.parent, lead_number=row["lead_id"])

    await seats.CheckAgentLead(asked(mine))
    others = await refusal(seats.CheckAgentLead(asked(other)))

    assert others.reason == "RESOURCE_NOT_FOUND"


async def test_leaving_the_seat_logs_out_of_the_dialer(dialing: Dialing, seats: Any) -> None:
    """By the dialer's own order for it."""
    tenant = await dialing.a_tenant()
    made = await dialing.an_agent(tenant)
    dialing.an_agent_session(tenant.code.user(1), tenant.code.campaign(999), "PAUSED")

    await seats.ReleaseAgentSeat(pb.ReleaseAgentSeatRequest(agent=made.name))

    def is_ordered_out() -> bool:
        (session,) = dialing.rows(
            "SELECT external_status FROM vicidial_live_agents WHERE user = %s",
            tenant.code.user(1),
        )
        return bool(session["external_status"] == "LOGOUT")

    await eventually(is_ordered_out)
