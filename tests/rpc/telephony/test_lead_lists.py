"""Lists and leads: as a client keeps them, and as the dialer has them."""

from __future__ import annotations

from google.protobuf.field_mask_pb2 import FieldMask

from tests.support.dialer_clients import Dialing, refusal
from tests.support.leads import Leads, Upload, csv_of
from veneer.telephony.v1 import lead_list_service_pb2, lead_service_pb2

LeadList = lead_list_service_pb2.LeadList


async def someone(dialing: Dialing) -> Leads:
    tenant = await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    return Leads(dialing, tenant)


async def test_a_list_is_in_the_dialer_as_it_is_asked_for(dialing: Dialing) -> None:
    """Made, changed, and deleted with its leads."""
    leads = await someone(dialing)
    west = await leads.a_list()
    assert (west.state, west.reconciling) == (LeadList.INACTIVE, False)
    number = leads.tenant.code.list_id(2)
    query = "SELECT list_name, campaign_id, active FROM vicidial_lists WHERE list_id = %s"
    campaign = leads.tenant.code.campaign(1)
    assert dialing.rows(query, number) == [
        {"list_name": "West coast", "campaign_id": campaign, "active": "N"}
    ]

    wanted = LeadList(name=west.name, state=LeadList.ACTIVE, etag=west.etag)
    change = lead_list_service_pb2.UpdateLeadListRequest(
        lead_list=wanted, update_mask=FieldMask(paths=["state"])
    )
    changed = await leads.lists.UpdateLeadList(change, metadata=leads.me)
    assert changed.state == LeadList.ACTIVE
    assert dialing.rows(query, number)[0]["active"] == "Y"
    problem = await refusal(leads.lists.UpdateLeadList(change, metadata=leads.me))
    assert problem.reason == "CONCURRENT_CHANGE"

    await leads.uploaded(west.name, csv_of([("Phone",), ("3125550100",)]))
    delete = lead_list_service_pb2.DeleteLeadListRequest(name=west.name)
    await leads.lists.DeleteLeadList(delete, metadata=leads.me)
    assert dialing.rows(query, number) == [] == leads.rows(2)
    get = lead_list_service_pb2.GetLeadListRequest(name=west.name)
    problem = await refusal(leads.lists.GetLeadList(get, metadata=leads.me))
    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_a_lead_is_changed_on_its_own_list_alone(dialing: Dialing) -> None:
    """By its id on that list; the number stays."""
    leads, other = await someone(dialing), await someone(dialing)
    west, theirs = await leads.a_list(), await other.a_list()
    await leads.uploaded(west.name, csv_of([("Phone", "City"), ("3125550100", "Reno")]))
    (lead,) = await leads.listed(west.name)
    assert (lead.city, lead.disposition) == ("Reno", "NEW")

    request = lead_service_pb2.UpdateLeadRequest(
        lead=lead_service_pb2.Lead(name=lead.name, city="Elko", disposition="CALLBK"),
        update_mask=FieldMask(paths=["city", "disposition"]),
    )
    changed = await leads.leads.UpdateLead(request, metadata=leads.me)
    assert (changed.city, changed.disposition) == ("Elko", "CALLBK")
    request.lead.disposition = "not one"
    problem = await refusal(leads.leads.UpdateLead(request, metadata=leads.me))
    assert problem.reason == "INVALID_REQUEST"
    lead_id = lead.name.rpartition("/")[2]
    foreign = lead_service_pb2.GetLeadRequest(name=f"{theirs.name}/leads/{lead_id}")
    problem = await refusal(other.leads.GetLead(foreign, metadata=other.me))
    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_what_a_killed_replica_had_not_noted_is_written_once(dialing: Dialing) -> None:
    """A batch that is in the dialer, but not in the store, is deleted before it is written."""
    leads = await someone(dialing)
    west = await leads.a_list()
    upload = await leads.begun(west.name, auto_start=True)
    waiting = leads.tenant.code.list_id(3)
    for line in (2, 3):
        dialing.insert(
            "vicidial_list", list_id=waiting, source_id=f"{line:09d}", phone_code="1",
            phone_number=f"312555010{line}",
        )  # fmt: skip

    await leads.sent(upload.name, csv_of([("Phone",), *((f"312555010{n}",) for n in range(4))]))

    done = await leads.over(upload.name)
    assert (done.state, done.accepted_row_count) == (Upload.SUCCEEDED, 4)
    assert len(leads.rows(2)) == 4
    assert leads.rows(3) == []
