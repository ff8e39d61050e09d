"""Tenancy's PasswordService, scripted: one link is good, and one password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.kit.errors import Kind, Refusal
from veneer.tenancy.v1 import password_service_pb2 as pb
from veneer.tenancy.v1 import password_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from tests.support.gateway.world import World


class LinkInvalid(Refusal):
    """Not this one."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LINK_INVALID"


class PasswordTooWeak(Refusal):
    """Not so weak."""

    kind = Kind.INVALID_ARGUMENT
    reason = "PASSWORD_TOO_WEAK"


class Passwords(rpc.PasswordServiceServicer):
    """Knows what it is asked, and forgets it."""

    def __init__(self, world: World, password: str, wrong: type[Refusal]) -> None:
        self._world, self._password, self._wrong = world, password, wrong

    async def ChangePassword(self, request: Any, context: Any) -> Any:
        self._world.hear("ChangePassword")
        if request.password != self._password:
            raise self._wrong("No.")
        _check(request.new_password)
        return pb.ChangePasswordResponse()

    async def RequestPasswordReset(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RequestPasswordReset {request.email} {request.host_name}")
        return pb.RequestPasswordResetResponse()

    async def ReadPasswordReset(self, request: Any, context: Any) -> Any:
        if request.token != "good-token":
            raise LinkInvalid("This link is not good any more. Please ask for a new one.")
        return pb.ReadPasswordResetResponse(email="dana@example.com")

    async def ResetPassword(self, request: Any, context: Any) -> Any:
        self._world.hear("ResetPassword")
        _check(request.new_password)
        return pb.ResetPasswordResponse(user=f"{request.tenant}/users/u1")


def _check(password: str) -> None:
    if len(password) < 12:
        raise PasswordTooWeak("A password must have 12 to 200 characters.")
