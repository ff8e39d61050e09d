"""Tenancy's EmailChangeService, scripted: one link is good, and one password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.kit.errors import AlreadyExists, Refusal
from tests.support.gateway.passwords_peer import LinkInvalid
from veneer.tenancy.v1 import email_change_service_pb2 as pb
from veneer.tenancy.v1 import email_change_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from tests.support.gateway.world import World

TAKEN = "lee@example.com"


class EmailChanges(rpc.EmailChangeServiceServicer):
    """Remembers what was wanted last."""

    def __init__(self, world: World, password: str, wrong: type[Refusal]) -> None:
        self._world, self._password, self._wrong = world, password, wrong

    async def ReadEmailAddress(self, request: Any, context: Any) -> Any:
        answer = pb.ReadEmailAddressResponse(
            email="dana@example.com", new_email=self._world.wanted_email
        )
        answer.expire_time.FromDatetime(self._world.clock.now())
        return answer

    async def RequestEmailChange(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RequestEmailChange {request.new_email} {request.host_name}")
        if request.password != self._password:
            raise self._wrong("No.")
        if request.new_email == TAKEN:
            raise AlreadyExists("There is a user of this address.")
        self._world.wanted_email = request.new_email
        return pb.RequestEmailChangeResponse()

    async def ReadEmailChange(self, request: Any, context: Any) -> Any:
        _check(request.token)
        return pb.ReadEmailChangeResponse(email="dana@example.com", new_email="d@example.com")

    async def ConfirmEmailChange(self, request: Any, context: Any) -> Any:
        self._world.hear("ConfirmEmailChange")
        _check(request.token)
        return pb.ConfirmEmailChangeResponse(email="d@example.com")


def _check(token: str) -> None:
    if token != "good-token":
        raise LinkInvalid("This link is not good any more. Please ask for a new one.")
