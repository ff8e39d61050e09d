"""A scripted billing's events of clients' accounts."""

from __future__ import annotations

from typing import Any

from tests.support.gateway.world import World
from veneer.billing.v1 import client_event_service_pb2, client_event_service_pb2_grpc


class ClientEvents(client_event_service_pb2_grpc.ClientEventServiceServicer):
    """What happened, each at its position."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ReadClientEvents(self, request: Any, context: Any) -> Any:
        events = [e for e in self._world.account_events if e.position > request.after_position]
        return client_event_service_pb2.ReadClientEventsResponse(client_events=events)
