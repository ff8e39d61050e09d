"""Tenancy's SingleSignOnService, scripted: one provider, of whichever tenant asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veneer.tenancy.v1 import single_sign_on_service_pb2 as pb
from veneer.tenancy.v1 import single_sign_on_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from tests.support.gateway.world import World

ENABLED = pb.SingleSignOn.ENABLED
# Whom tenancy knows by the provider's word.
VOUCHED = "dana@abc-solar.example"


class SingleSignOns(rpc.SingleSignOnServiceServicer):
    """Keeps what it is told, the secret too."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetSingleSignOn(self, request: Any, context: Any) -> Any:
        return self._told(request.name)

    async def UpdateSingleSignOn(self, request: Any, context: Any) -> Any:
        asked = request.single_sign_on
        self._world.hear(f"UpdateSingleSignOn {','.join(request.update_mask.paths)}")
        for path in request.update_mask.paths:
            setattr(self._world.single_sign_on, path, getattr(asked, path))
        return self._told(asked.name)

    def _told(self, name: str) -> Any:
        kept = self._world.single_sign_on
        return pb.SingleSignOn(
            name=name,
            state=kept.state or pb.SingleSignOn.DISABLED,
            issuer=kept.issuer,
            client_id=kept.client_id,
            has_client_secret=bool(kept.client_secret),
        )
