"""A scripted tenancy's looks of support."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.kit.errors import InvalidRequest, NotFound
from tests.support.gateway.world import World
from veneer.tenancy.v1 import support_access_service_pb2 as pb
from veneer.tenancy.v1 import support_access_service_pb2_grpc as rpc
from veneer.tenancy.v1 import support_staff_service_pb2 as staff_pb
from veneer.tenancy.v1 import support_staff_service_pb2_grpc as staff_rpc


class SupportAccesses(rpc.SupportAccessServiceServicer):
    """Keeps them in the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListSupportAccesses(self, request: Any, context: Any) -> Any:
        found = [
            each for each in self._world.support_accesses if each.name.startswith(request.parent)
        ]
        return pb.ListSupportAccessesResponse(support_accesses=found)

    async def EndSupportAccess(self, request: Any, context: Any) -> Any:
        self._world.hear(f"EndSupportAccess {request.name}")
        for each in self._world.support_accesses:
            if each.name == request.name:
                each.state = pb.SupportAccess.ENDED
                each.end_time.FromDatetime(self._world.clock.now())
                return each
        raise NotFound(resource=request.name)

    async def GetSupportPolicy(self, request: Any, context: Any) -> Any:
        return self._policy(request.name)

    async def UpdateSupportPolicy(self, request: Any, context: Any) -> Any:
        self._world.may_look = request.support_policy.permission == pb.SupportPolicy.LOOK
        return self._policy(request.support_policy.name)

    def _policy(self, name: str) -> Any:
        policy = pb.SupportPolicy
        return policy(name=name, permission=policy.LOOK if self._world.may_look else policy.NOTHING)


class SupportStaff(staff_rpc.SupportStaffServiceServicer):
    """Gives looks."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def CreateSupportAccess(self, request: Any, context: Any) -> Any:
        party, now = self._world.party(request.parent), self._world.clock.now()
        asked = request.support_access
        if not asked.reason.strip():
            raise InvalidRequest.at("support_access.reason", "Must have 1 to 300 characters.")
        access = pb.SupportAccess(
            name=f"{request.parent}/supportAccesses/s{len(self._world.support_accesses)}",
            reason=asked.reason,
            state=pb.SupportAccess.OPEN,
            staff_display_name="Kim Poole",
        )
        access.create_time.FromDatetime(now)
        access.expire_time.FromDatetime(now + (asked.ttl.ToTimedelta() or timedelta(hours=1)))
        self._world.support_accesses.insert(0, access)
        link = f"https://{party.host}/support?token={access.name.rpartition('/')[2]}"
        return staff_pb.CreateSupportAccessResponse(support_access=access, link=link)


def support_services(world: World) -> list[Any]:
    """Gives what of it a scripted tenancy serves."""
    return [
        (rpc.add_SupportAccessServiceServicer_to_server, SupportAccesses(world)),
        (staff_rpc.add_SupportStaffServiceServicer_to_server, SupportStaff(world)),
    ]
