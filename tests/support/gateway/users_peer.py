"""A scripted tenancy's people."""

from __future__ import annotations

from typing import Any

from services.kit.errors import AlreadyExists, Kind, NotFound, Refusal
from tests.support.gateway.world import World
from veneer.tenancy.v1 import invitation_service_pb2 as invitations_pb
from veneer.tenancy.v1 import invitation_service_pb2_grpc as invitations_rpc
from veneer.tenancy.v1 import user_service_pb2 as pb
from veneer.tenancy.v1 import user_service_pb2_grpc as rpc


class LastOwner(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LAST_OWNER"


class OwnerNeeded(Refusal):
    """As tenancy says it."""

    kind = Kind.PERMISSION_DENIED
    reason = "OWNER_NEEDED"


class Users(rpc.UserServiceServicer):
    """Who logs in, and a colleague who does not lead."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListUsers(self, request: Any, context: Any) -> Any:
        dana = pb.User(
            name=f"{request.parent}/users/u1",
            email="dana@example.com",
            display_name="Dana Rivers",
            role=pb.User.OWNER,
            state=pb.User.ACTIVE,
        )
        lee = pb.User(
            name=f"{request.parent}/users/u2",
            email="lee@example.com",
            display_name="Lee <Park>",
            role=pb.User.SUPERVISOR,
            state=pb.User.ACTIVE,
            has_second_factor=True,
        )
        gone = pb.User(
            name=f"{request.parent}/users/u3",
            email="sam@example.com",
            display_name="Sam Gone",
            role=pb.User.BILLING,
            state=pb.User.DISABLED,
        )
        for user in (dana, lee, gone):
            user.create_time.FromDatetime(self._world.clock.now())
        return pb.ListUsersResponse(users=[dana, lee, gone])

    async def CreateUser(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def UpdateUser(self, request: Any, context: Any) -> Any:
        user = request.user
        paths = ",".join(request.update_mask.paths)
        said = f"UpdateUser {user.name} {paths} {user.role} {user.state}"
        self._world.hear(said)
        if not user.name.endswith(("/u1", "/u2", "/u3")):
            raise NotFound(resource=user.name)
        if user.name.endswith("/u1"):
            raise LastOwner("This is the last owner. Make somebody else owner first.")
        if user.role == pb.User.OWNER:
            raise OwnerNeeded("Only an owner can do this.")
        return user

    async def ResetSecondFactor(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ResetSecondFactor {request.name}")
        return pb.User(name=request.name)


class Invitations(invitations_rpc.InvitationServiceServicer):
    """One that waits, and new ones."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListInvitations(self, request: Any, context: Any) -> Any:
        kim = self._invitation(f"{request.parent}/invitations/i1", "kim@example.com")
        kim.mail_state = invitations_pb.Invitation.FAILED
        return invitations_pb.ListInvitationsResponse(invitations=[kim])

    async def CreateInvitation(self, request: Any, context: Any) -> Any:
        asked = request.invitation
        self._world.hear(f"CreateInvitation {asked.email} {asked.role}")
        if asked.email == "kim@example.com":
            raise AlreadyExists("This address has been invited already. Make a new link instead.")
        made = self._invitation(f"{request.parent}/invitations/i2", asked.email)
        made.token = "first-token"
        made.mail_state = self._world.invitation_mail
        return made

    async def RenewInvitation(self, request: Any, context: Any) -> Any:
        made = self._invitation(request.name, "kim@example.com")
        made.token = "second-token"
        return made

    async def RevokeInvitation(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RevokeInvitation {request.name}")
        return self._invitation(request.name, "kim@example.com")

    def _invitation(self, name: str, email: str) -> Any:
        made = invitations_pb.Invitation(name=name, email=email, role=pb.User.BILLING)
        made.expire_time.FromDatetime(self._world.clock.now())
        return made
