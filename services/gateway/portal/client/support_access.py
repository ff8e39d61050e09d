"""When support looked at the account, and whether it may."""

from __future__ import annotations

import asyncio
from typing import Final

from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.handling import form_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import support_access_service_pb2 as pb

PATH: Final = "/support-access"
_SHOWN: Final = 50
STATES: Final = {
    pb.SupportAccess.OPEN: ("open", "good"),
    pb.SupportAccess.EXPIRED: ("over", ""),
    pb.SupportAccess.ENDED: ("ended", ""),
}


async def support_access(visit: Visit) -> Response:
    """Shows the accesses, latest first, and whether there may be any."""
    tenant, metadata = visit.site.tenant, visit.metadata
    asked = pb.ListSupportAccessesRequest(
        parent=tenant, page_size=_SHOWN, page_token=visit.request.query_params.get("page", "")
    )
    policy = pb.GetSupportPolicyRequest(name=f"{tenant}/supportPolicy")
    found, present, zone = await asyncio.gather(
        visit.services.support_accesses.ListSupportAccesses(asked, metadata=metadata),
        visit.services.support_accesses.GetSupportPolicy(policy, metadata=metadata),
        visit.portal.zones.of(tenant),
    )
    return visit.page(
        "client/support_access.html",
        title="Support access",
        accesses=found.support_accesses,
        next_page=found.next_page_token,
        may_look=present.permission == pb.SupportPolicy.LOOK,
        states=STATES,
        is_open=pb.SupportAccess.OPEN,
        may_end=visit.caller.may("supportAccesses.write"),
        tells_staff=False,
        provider=visit.site.seller_display_name or "your provider",
        zone=zone,
    )


async def end_support_access(visit: Visit) -> Response:
    """Ends one."""
    request = pb.EndSupportAccessRequest(name=name_in_path(visit, "supportAccesses", "access"))
    await visit.services.support_accesses.EndSupportAccess(request, metadata=visit.metadata)
    return visit.go_to(PATH)


async def change_support_policy(visit: Visit) -> Response:
    """Allows looks, or forbids them and ends those that there are."""
    wanted = (await form_of(visit)).get("permission", "")
    policy = pb.SupportPolicy(
        name=f"{visit.site.tenant}/supportPolicy",
        permission=pb.SupportPolicy.LOOK if wanted == "look" else pb.SupportPolicy.NOTHING,
    )
    request = pb.UpdateSupportPolicyRequest(
        support_policy=policy, update_mask=FieldMask(paths=["permission"])
    )
    await visit.services.support_accesses.UpdateSupportPolicy(request, metadata=visit.metadata)
    return visit.go_to(PATH)
