"""What clients and the operator change in telephony is told for the audit log, once."""

from __future__ import annotations

import uuid

from tests.support.dialer_clients import Dialing
from tests.support.eventually import eventually
from tests.support.leads import Leads
from tests.support.simulators.audit_intake import facts
from veneer.telephony.v1 import campaign_service_pb2 as campaigns
from veneer.telephony.v1 import carrier_service_pb2 as carriers
from veneer.telephony.v1 import dnc_service_pb2 as pb
from veneer.tenancy.v1.audit_intake_service_pb2 import RecordChangeRequest


async def test_a_campaign_is_told_with_who_changed_what(dialing: Dialing) -> None:
    """Both sides of what differs; what stays as it is is no change, nor is a repeated request."""
    tenant = await dialing.a_tenant()
    campaign = await dialing.a_campaign(tenant)
    audit = dialing.telephony.around.audit
    rename = campaigns.UpdateCampaignRequest(
        campaign=campaigns.Campaign(name=campaign.name, display_name="Autumn"),
        request_id=str(uuid.uuid4()),
    )
    rename.update_mask.paths.append("display_name")
    for _ in range(2):
        await dialing.campaigns.UpdateCampaign(rename, metadata=tenant.me)
    rename.request_id = str(uuid.uuid4())
    await dialing.campaigns.UpdateCampaign(rename, metadata=tenant.me)

    await eventually(lambda: len(audit.of(tenant.tenant_id)) >= 2)

    created, changed = sorted(audit.of(tenant.tenant_id), key=lambda each: each.action)
    assert (created.action, changed.action) == ("campaigns.create", "campaigns.update")
    assert changed.resource == campaign.name
    assert changed.actor.startswith(f"tenants/{tenant.tenant_id}/")
    assert facts(changed) == {"display_name": (campaign.display_name, "Autumn")}


async def test_numbers_of_people_are_shortened(dialing: Dialing) -> None:
    """A log that nobody can change must not keep what somebody may have erased."""
    tenant = await dialing.a_tenant()
    one = Leads(dialing, tenant)
    add = pb.AddDncNumbersRequest(parent=tenant.parent, phone_numbers=["+13125550142"])
    await one.dnc.AddDncNumbers(add, metadata=one.me)

    audit = dialing.telephony.around.audit
    (told,) = await eventually(lambda: audit.of(tenant.tenant_id))

    assert facts(told) == {"count": ("", "1"), "numbers": ("", "+131255...42")}


async def test_what_is_the_operators_alone_is_in_the_operators_log(dialing: Dialing) -> None:
    """Vendors are in no client's."""
    running = dialing.telephony
    carrier_id = f"c-{uuid.uuid4().hex[:8]}"
    await running.carriers.CreateCarrier(
        carriers.CreateCarrierRequest(
            carrier=carriers.Carrier(host="sip.voip.example"),
            carrier_id=carrier_id,
        ),
        metadata=running.operator,
    )

    def told() -> list[RecordChangeRequest]:
        found = running.around.audit.of("northgate")
        return [each for each in found if each.resource == f"carriers/{carrier_id}"]

    (entry,) = await eventually(told)

    assert facts(entry)["host"] == ("", "sip.voip.example")
    assert entry.actor.startswith("tenants/northgate/")
