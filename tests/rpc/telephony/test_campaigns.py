"""Campaigns: kept by us, brought about in a dialer that knows nothing of tenants."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.type.decimal_pb2 import Decimal

from services.kit.rpc.errors import from_rpc_error
from services.telephony.domain.provisioning.blocking import State
from tests.support.dialer_clients import Dialing, Tenant, dialer_settings, refusal
from tests.support.eventually import eventually
from tests.support.telephony import running, surroundings
from veneer.telephony.v1 import campaign_service_pb2 as pb
from veneer.telephony.v1.route_service_pb2 import CreateRouteRequest, Route

NAME = "Solar leads west"
BESIDE = ("vicidial_campaign_stats", "vicidial_campaign_stats_debug", "vicidial_pause_codes")
NOWHERE = "mysql://nobody:nothing@127.0.0.1:9/asterisk"


def in_dialer(dialing: Dialing, tenant: Tenant, number: int = 1) -> dict[str, Any]:
    (row,) = dialing.rows(
        "SELECT * FROM vicidial_campaigns WHERE campaign_id = %s", tenant.code.campaign(number)
    )
    return row


def allowed(dialing: Dialing, tenant: Tenant) -> str:
    (group,) = dialing.rows(
        "SELECT allowed_campaigns FROM vicidial_user_groups WHERE user_group = %s",
        tenant.code.user_group,
    )
    return str(group["allowed_campaigns"])


async def test_a_campaign_is_as_it_was_asked_for(dialing: Dialing) -> None:
    """Paused at first, with the prefixes of the tenant, and under our name for it alone."""
    tenant = await dialing.a_tenant()

    made = await dialing.a_campaign(
        tenant, dial_method=pb.Campaign.RATIO, dial_level=Decimal(value="2.5"),
        caller_number=tenant.number, recording_mode=pb.Campaign.ALL_CALLS,
    )  # fmt: skip

    assert made.name == f"{tenant.parent}/campaigns/west"
    assert (made.state, made.reconciling) == (pb.Campaign.PAUSED, False)
    assert tenant.code.text not in str(made)
    row = in_dialer(dialing, tenant)
    assert (row["active"], row["campaign_name"], row["dial_method"]) == ("N", NAME, "RATIO")
    assert (row["auto_dial_level"], row["campaign_cid"]) == ("2.5", tenant.number[1:])
    assert (row["dial_prefix"], row["user_group"]) == ("81", tenant.code.user_group)
    assert (row["campaign_recording"], row["local_call_time"]) == ("ALLFORCE", "9am-9pm")


async def test_a_campaign_has_what_the_dialer_needs_beside_its_row(dialing: Dialing) -> None:
    """Statistics, pause codes, and the leave of its tenant's agents to choose it."""
    tenant = await dialing.a_tenant()

    await dialing.a_campaign(tenant)

    first, own = tenant.code.campaign(999), tenant.code.campaign(1)
    for table in BESIDE:
        query = f"SELECT * FROM {table} WHERE campaign_id = %s"  # noqa: S608
        assert len(dialing.rows(query, own)) == 1
    assert allowed(dialing, tenant) == f" {own} {first} -"


async def test_a_repeated_request_makes_one_campaign(dialing: Dialing) -> None:
    """And another one under its id is refused."""
    tenant, request_id = await dialing.a_tenant(), str(uuid.uuid4())
    first = await dialing.a_campaign(tenant, request_id=request_id)

    assert await dialing.a_campaign(tenant, request_id=request_id) == first
    assert (await refusal(dialing.a_campaign(tenant))).reason == "RESOURCE_ALREADY_EXISTS"
    other = dialing.a_campaign(tenant, "other", request_id)
    assert (await refusal(other)).reason == "REQUEST_ID_REUSED"


async def test_a_limit_holds_against_fifty_at_once(dialing: Dialing) -> None:
    """Exactly ten of them pass, and what is refused says why; an archived one makes room."""
    tenant = await dialing.a_tenant(max_campaigns=10)

    answers = await asyncio.gather(
        *(dialing.a_campaign(tenant, f"c-{n}") for n in range(50)), return_exceptions=True
    )

    made = [each for each in answers if isinstance(each, pb.Campaign)]
    problems = [from_rpc_error(e) for e in answers if isinstance(e, grpc.aio.AioRpcError)]
    assert (len(made), len(problems)) == (10, 40)
    assert {each.code for each in problems} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert {(each.reason, each.violations[0].field) for each in problems} == {
        ("QUOTA_EXCEEDED", "campaigns")
    }
    await dialing.campaigns.ArchiveCampaign(
        pb.ArchiveCampaignRequest(name=made[0].name), metadata=tenant.me
    )
    assert (await dialing.a_campaign(tenant, "one-more")).name.endswith("one-more")


async def test_only_an_own_number_can_be_shown(dialing: Dialing) -> None:
    """Another tenant's is refused as one of nobody's is; without a number nothing is dialed."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    for number in (other.number, "+15550001111"):
        problem = await refusal(dialing.a_campaign(tenant, caller_number=number))
        assert problem.reason == "CALLER_NUMBER_NOT_HELD"
    made = await dialing.a_campaign(tenant)

    resumed = dialing.campaigns.ResumeCampaign(
        pb.ResumeCampaignRequest(name=made.name), metadata=tenant.me
    )

    assert (await refusal(resumed)).reason == "CALLER_NUMBER_MISSING"


async def test_a_campaign_is_resumed_paused_and_archived(dialing: Dialing) -> None:
    """The dialer follows; an archived one is over, and agents can't choose it."""
    tenant = await dialing.a_tenant()
    made = await dialing.a_campaign(tenant, caller_number=tenant.number)

    await dialing.campaigns.ResumeCampaign(
        pb.ResumeCampaignRequest(name=made.name), metadata=tenant.me
    )
    assert in_dialer(dialing, tenant)["active"] == "Y"
    await dialing.campaigns.PauseCampaign(
        pb.PauseCampaignRequest(name=made.name), metadata=tenant.me
    )
    assert in_dialer(dialing, tenant)["active"] == "N"
    over = await dialing.campaigns.ArchiveCampaign(
        pb.ArchiveCampaignRequest(name=made.name), metadata=tenant.me
    )
    assert over.state == pb.Campaign.ARCHIVED
    assert tenant.code.campaign(1) not in allowed(dialing, tenant)
    resumed = dialing.campaigns.ResumeCampaign(
        pb.ResumeCampaignRequest(name=made.name), metadata=tenant.me
    )
    assert (await refusal(resumed)).reason == "CAMPAIGN_ARCHIVED"


async def test_an_update_changes_what_is_asked_for(dialing: Dialing) -> None:
    """With an etag only the newest; the rest stays."""
    tenant = await dialing.a_tenant()
    made = await dialing.a_campaign(tenant, caller_number=tenant.number)
    patch = pb.Campaign(name=made.name, display_name="Renamed leads", etag=made.etag)
    request = pb.UpdateCampaignRequest(
        campaign=patch, update_mask=FieldMask(paths=["display_name"])
    )

    changed = await dialing.campaigns.UpdateCampaign(request, metadata=tenant.me)

    assert (changed.display_name, changed.caller_number) == ("Renamed leads", tenant.number)
    assert in_dialer(dialing, tenant)["campaign_name"] == "Renamed leads"
    again = dialing.campaigns.UpdateCampaign(request, metadata=tenant.me)
    assert (await refusal(again)).reason == "CONCURRENT_CHANGE"


async def test_another_tenants_campaign_is_missing(dialing: Dialing) -> None:
    """Whatever is asked; and no list has it."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    made = await dialing.a_campaign(tenant)
    await dialing.a_campaign(other, "mine")

    patch = pb.Campaign(name=made.name, display_name="Taken over")
    got = dialing.campaigns.GetCampaign(pb.GetCampaignRequest(name=made.name), metadata=other.me)
    changed = dialing.campaigns.UpdateCampaign(
        pb.UpdateCampaignRequest(campaign=patch), metadata=other.me
    )
    paused = dialing.campaigns.PauseCampaign(
        pb.PauseCampaignRequest(name=made.name), metadata=other.me
    )
    listed = await dialing.campaigns.ListCampaigns(
        pb.ListCampaignsRequest(parent=other.parent), metadata=other.me
    )

    for call in (got, changed, paused):
        assert (await refusal(call)).reason == "RESOURCE_NOT_FOUND"
    assert in_dialer(dialing, tenant)["campaign_name"] == NAME
    assert [each.name for each in listed.campaigns] == [f"{other.parent}/campaigns/mine"]


@pytest.mark.parametrize(
    "fields",
    [{"dial_level": Decimal(value="11")}, {"dial_level": Decimal(value="1.25")},
     {"dial_level": Decimal(value="0")}],
)  # fmt: skip
async def test_a_level_has_bounds(dialing: Dialing, fields: dict[str, Any]) -> None:
    """One to ten calls for an agent, in tenths."""
    problem = await refusal(dialing.a_campaign(await dialing.a_tenant(), **fields))

    assert [each.field for each in problem.violations] == ["campaign.dial_level"]


async def test_without_a_dialer_of_its_own_a_tenant_has_no_campaign(dialing: Dialing) -> None:
    """It is refused at once, not left waiting."""
    client = await dialing.telephony.a_client(with_route=False)
    tenant = await dialing.a_tenant()
    stranger = Tenant(client.tenant_id, tenant.code, "", dialing.metadata(client.tenant_id))

    assert (await refusal(dialing.a_campaign(stranger))).reason == "DIALER_NOT_READY"


async def test_while_the_dialer_is_away_a_campaign_waits_for_it(dialing: Dialing) -> None:
    """Its client is told so; it comes by itself, with another process if this one dies."""
    settings = dialer_settings(dialing.api)
    async with surroundings() as around:
        # The numbers below are taken in this dialer.
        await around.fetch("SELECT setval('dialer_tenant_numbers', 5000)")
        async with running(around, **{**settings, "dialer_admin_database_url": NOWHERE}) as one:
            tenant = await Dialing(one, dialing.api).a_tenant()
            made = await Dialing(one, dialing.api).a_campaign(tenant)
            assert made.reconciling

        around.clock.advance(minutes=2)
        async with running(around, **settings) as other:
            stubs, request = Dialing(other, dialing.api), pb.GetCampaignRequest(name=made.name)

            async def is_there() -> bool:
                got = await stubs.campaigns.GetCampaign(
                    request, metadata=stubs.metadata(tenant.tenant_id)
                )
                return not got.reconciling

            await eventually(is_there)
            assert in_dialer(dialing, tenant)["campaign_name"] == NAME


async def test_a_suspended_tenant_begins_nothing(dialing: Dialing) -> None:
    """A campaign that is changed meanwhile is not dialed for that."""
    tenant = await dialing.a_tenant()
    made = await dialing.a_campaign(tenant, caller_number=tenant.number)
    resume = pb.ResumeCampaignRequest(name=made.name)
    await dialing.campaigns.ResumeCampaign(resume, metadata=tenant.me)
    async with dialing.store(tenant.tenant_id) as store:
        await store.service_states.ask(tenant.tenant_id, State.OUTBOUND_BLOCKED, "test", False)
    patch = pb.Campaign(name=made.name, display_name="Renamed leads")

    changed = await dialing.campaigns.UpdateCampaign(
        pb.UpdateCampaignRequest(campaign=patch), metadata=tenant.me
    )

    assert (changed.state, in_dialer(dialing, tenant)["active"]) == (pb.Campaign.ACTIVE, "N")
    problem = await refusal(dialing.a_campaign(tenant, "another"))
    assert problem.reason == "OUTBOUND_STOPPED"


async def test_what_somebody_changed_in_the_dialer_is_put_right(dialing: Dialing) -> None:
    """With the next change, whatever that is."""
    tenant = await dialing.a_tenant()
    made = await dialing.a_campaign(tenant)
    dialing.rows(
        "UPDATE vicidial_campaigns SET campaign_name = 'Bytworth', active = 'Y'"
        " WHERE campaign_id = %s",
        tenant.code.campaign(1),
    )
    patch = pb.Campaign(name=made.name, recording_mode=pb.Campaign.ON_DEMAND)

    await dialing.campaigns.UpdateCampaign(
        pb.UpdateCampaignRequest(campaign=patch), metadata=tenant.me
    )

    row = in_dialer(dialing, tenant)
    assert (row["campaign_name"], row["active"]) == (NAME, "N")


async def test_campaigns_take_a_route_that_comes_later(dialing: Dialing) -> None:
    """All of them: the first one too, and without a request of the client's."""
    tenant, telephony = await dialing.a_tenant(), dialing.telephony
    await dialing.a_campaign(tenant)
    before = in_dialer(dialing, tenant)["dial_prefix"]
    unique = uuid.uuid4().hex[:10]

    await telephony.a_carrier(f"c-{unique}", host="198.51.100.7", codecs=["ulaw"])
    route = Route(code=unique, carrier=f"carriers/c-{unique}", tenant=tenant.parent)
    await telephony.routes.CreateRoute(
        CreateRouteRequest(route=route, route_id=f"r-{unique}"), metadata=telephony.operator
    )

    def is_routed() -> bool:
        row = in_dialer(dialing, tenant)
        prefixes = {row["dial_prefix"], row["manual_dial_prefix"]}
        return len(prefixes) == 1 and before not in prefixes

    await eventually(is_routed)
    assert in_dialer(dialing, tenant)["three_way_dial_prefix"] != before
