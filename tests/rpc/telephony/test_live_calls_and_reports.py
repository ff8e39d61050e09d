"""What is up, and what was done: of the tenant's own campaigns, in its own names."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.type import date_pb2

from tests.support.dialer_clients import Dialing, Tenant, dialer_settings, refusal
from tests.support.telephony import running
from veneer.telephony.v1 import live_call_service_pb2 as live_pb
from veneer.telephony.v1 import report_service_pb2 as pb

NEW_YORK = ZoneInfo("America/New_York")


def day(of: date) -> date_pb2.Date:
    return date_pb2.Date(year=of.year, month=of.month, day=of.day)


def seconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=NEW_YORK).timestamp())  # type: ignore[misc, arg-type]


async def report(dialing: Dialing, tenant: Tenant, kind: str, days: int = 1) -> dict[str, Any]:
    first = date(2026, 3, 10)
    request = pb.GetReportRequest(
        name=f"{tenant.parent}/reports/{kind}", start_date=day(first),
        end_date=day(first + timedelta(days=days)),
    )  # fmt: skip
    answer = await dialing.reports.GetReport(request, metadata=tenant.me)
    return {row.subject: row for row in answer.rows}


async def a_busy_day(dialing: Dialing) -> Tenant:
    """March 10 in New York: two sales at 9 and one call of nobody at 23:30; others' calls too."""
    tenant, other = await dialing.a_tenant("America/New_York"), await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    await dialing.an_agent(tenant)
    campaign, agent = tenant.code.campaign(1), tenant.code.user(1)
    for at in (seconds(2026, 3, 10, 9, 5), seconds(2026, 3, 10, 9, 50)):
        dialing.a_call(at, campaign, "SALE", agent)
        dialing.a_turn(at, campaign, "SALE", agent, 10)
    dialing.a_call(seconds(2026, 3, 10, 23, 30), campaign, "NA")
    dialing.a_call(seconds(2026, 3, 11, 0, 0), campaign, "NA")
    dialing.a_call(seconds(2026, 3, 9, 23, 59), campaign, "NA")
    dialing.a_call(seconds(2026, 3, 10, 12), other.code.campaign(999), "SALE")
    return tenant


async def test_dispositions_are_counted_by_the_days_of_the_tenants_zone(dialing: Dialing) -> None:
    """Midnight is the tenant's, the rows are local to the dialer."""
    tenant = await a_busy_day(dialing)

    rows = await report(dialing, tenant, "dispositions")

    assert {subject: (row.key, row.call_count) for subject, row in rows.items()} == {
        "Sale": ("SALE", 2), "No answer": ("NA", 1),
    }  # fmt: skip
    assert rows["Sale"].talk_seconds == 60


async def test_agents_and_campaigns_are_called_as_their_tenant_calls_them(
    dialing: Dialing,
) -> None:
    """What nobody of the tenant's did is of others."""
    tenant = await a_busy_day(dialing)

    agents = await report(dialing, tenant, "agents")
    campaigns = await report(dialing, tenant, "campaigns")

    maria = agents["María Núñez"]
    assert maria.key == f"{tenant.parent}/agents/maria"
    assert (maria.call_count, maria.pause_seconds, maria.wait_seconds) == (2, 20, 40)
    assert (maria.talk_seconds, maria.wrap_up_seconds) == (60, 80)
    assert (agents["Others"].key, agents["Others"].call_count) == ("", 1)
    assert campaigns["Solar leads west"].call_count == 3


async def test_hours_are_those_of_the_tenants_day(dialing: Dialing) -> None:
    """Hours without a call are left out."""
    rows = await report(dialing, await a_busy_day(dialing), "hours")

    assert {subject: row.call_count for subject, row in rows.items()} == {"09:00": 2, "23:00": 1}


async def test_a_report_is_downloaded_as_a_table(dialing: Dialing) -> None:
    """The same figures, with a heading."""
    tenant = await a_busy_day(dialing)
    request = pb.DownloadReportRequest(
        name=f"{tenant.parent}/reports/agents", start_date=day(date(2026, 3, 10)),
        end_date=day(date(2026, 3, 11)),
    )  # fmt: skip

    body = await dialing.reports.DownloadReport(request, metadata=tenant.me)

    heading, *lines = body.data.decode().splitlines()
    assert body.content_type == "text/csv; charset=utf-8"
    assert heading.split(",")[:3] == ["subject", "key", "calls"]
    assert f"María Núñez,{tenant.parent}/agents/maria,2,60,40,20,80" in lines


async def test_what_somebody_planted_in_the_dialer_is_not_told(dialing: Dialing) -> None:
    """Neither a code that is none nor the name that it was given."""
    tenant = await dialing.a_tenant("America/New_York")
    campaign = tenant.code.campaign(999)
    dialing.insert(
        "vicidial_campaign_statuses", campaign_id=campaign, status="MK", status_name="Instacall"
    )
    dialing.a_call(seconds(2026, 3, 10, 9), campaign, "MK", "Bytworth")
    dialing.a_call(seconds(2026, 3, 10, 9), campaign, "=1+1", "Bytworth")

    dispositions = await report(dialing, tenant, "dispositions")

    assert sorted(dispositions) == ["MK", "Others"]
    assert sorted(await report(dialing, tenant, "agents")) == ["Others"]


@pytest.mark.parametrize(("kind", "days", "reason"), [
    ("dispositions", 32, "INVALID_REQUEST"), ("hours", 0, "INVALID_REQUEST"),
    ("secrets", 1, "RESOURCE_NOT_FOUND"),
])  # fmt: skip
async def test_a_report_has_bounds(dialing: Dialing, kind: str, days: int, reason: str) -> None:
    """A month at most, and only those that there are."""
    tenant = await dialing.a_tenant()

    assert (await refusal(report(dialing, tenant, kind, days))).reason == reason


async def test_live_calls_are_listed_and_counted(dialing: Dialing) -> None:
    """By page; those of others are not there, nor is what the dialer calls anything."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    campaign = tenant.code.campaign(1)
    dialing.a_live_call(campaign, "3125550101", "RINGING")
    dialing.a_live_call(campaign, "3125550102", "LIVE")
    dialing.a_live_call(tenant.code.campaign(999), "3125550103", "XFER", "IN")
    dialing.a_live_call(other.code.campaign(999), "3125550199", "XFER")
    request = live_pb.ListLiveCallsRequest(parent=tenant.parent, page_size=2)

    first = await dialing.live_calls.ListLiveCalls(request, metadata=tenant.me)
    request.page_token = first.next_page_token
    second = await dialing.live_calls.ListLiveCalls(request, metadata=tenant.me)

    calls = [*first.live_calls, *second.live_calls]
    states = live_pb.LiveCall
    assert [call.phone_number for call in calls] == ["13125550101", "13125550102", "13125550103"]
    assert [call.state for call in calls] == [states.RINGING, states.QUEUED, states.CONNECTED]
    assert [call.origin for call in calls] == [states.OUTBOUND] * 2 + [states.INBOUND]
    assert calls[0].campaign == f"{tenant.parent}/campaigns/west"
    assert (first.total_size, first.queued_count, first.connected_count) == (3, 1, 1)
    assert not re.search(r"MARKER|SIP/|10\.20", str(first) + str(second))
    hidden = live_pb.ListLiveCallsRequest(parent=other.parent)
    problem = await refusal(dialing.live_calls.ListLiveCalls(hidden, metadata=tenant.me))
    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_a_tenant_without_anything_has_no_live_calls(dialing: Dialing) -> None:
    """It is an empty page, not everybody's."""
    tenant_id = f"t-{uuid.uuid4().hex[:10]}"

    answer = await dialing.live_calls.ListLiveCalls(
        live_pb.ListLiveCallsRequest(parent=f"tenants/{tenant_id}"),
        metadata=dialing.metadata(tenant_id),
    )

    assert (list(answer.live_calls), answer.total_size) == ([], 0)


async def test_without_an_answer_of_tenancy_nothing_is_created(dialing: Dialing) -> None:
    """The limits can't be told: decision 48 says that it waits."""
    tenant = await dialing.a_tenant()
    settings = {**dialer_settings(dialing.api), "tenancy_address": "127.0.0.1:9"}
    async with running(dialing.telephony.around, **settings) as cut_off:
        problem = await refusal(Dialing(cut_off, dialing.api).a_campaign(tenant))

    assert problem.reason == "TEMPORARILY_UNAVAILABLE"
    rows = await dialing.telephony.around.fetch(
        "SELECT 1 FROM client_campaigns WHERE tenant_id = $1", tenant.tenant_id
    )
    assert rows == []
