"""What owners decide about second factors: that all must have one, and whose is reset."""

from __future__ import annotations

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.handling import form_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.team import TEAM, refused, team_page
from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import second_factor_policy_service_pb2 as policy_pb
from veneer.tenancy.v1 import user_service_pb2 as pb


async def require_second_factor(visit: Visit) -> Response:
    """Wants one of everybody, or leaves it to each."""
    is_wanted = (await form_of(visit)).get("requirement") == "all"
    policy = policy_pb.SecondFactorPolicy
    request = policy_pb.UpdateSecondFactorPolicyRequest(
        second_factor_policy=policy(
            name=f"{visit.site.tenant}/secondFactorPolicy",
            requirement=policy.REQUIRED if is_wanted else policy.OPTIONAL,
        ),
        update_mask=FieldMask(paths=["requirement"]),
    )
    try:
        await visit.services.second_factor_policies.UpdateSecondFactorPolicy(
            request, metadata=visit.metadata
        )
    except grpc.aio.AioRpcError as error:
        return await team_page(visit, refused(error))
    return visit.go_to(TEAM)


async def reset_second_factor(visit: Visit) -> Response:
    """Turns somebody's off, who has lost it."""
    request = pb.ResetSecondFactorRequest(name=name_in_path(visit, "users", "user"))
    try:
        await visit.services.users.ResetSecondFactor(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await team_page(visit, refused(error))
    return visit.go_to(TEAM)
