"""What people call their campaigns."""

from __future__ import annotations

from services.gateway.portal.visit import Visit
from veneer.telephony.v1 import campaign_service_pb2 as pb

_READ = 500


async def campaign_names(visit: Visit, *, show_archived: bool = False) -> dict[str, str]:
    """Gives the names by resource name; none to who may not see campaigns."""
    if not visit.caller.may("campaigns.read"):
        return {}
    request = pb.ListCampaignsRequest(
        parent=visit.site.tenant, page_size=_READ, show_archived=show_archived
    )
    answer = await visit.services.campaigns.ListCampaigns(request, metadata=visit.metadata)
    return {each.name: each.display_name for each in answer.campaigns}
