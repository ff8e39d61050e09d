"""A scripted tenancy's notes about clients."""

from __future__ import annotations

from typing import Any

from google.protobuf.empty_pb2 import Empty

from services.kit.errors import InvalidRequest, NotFound
from tests.support.gateway.world import World
from veneer.tenancy.v1 import client_note_service_pb2 as pb
from veneer.tenancy.v1 import client_note_service_pb2_grpc as rpc


class ClientNotes(rpc.ClientNoteServiceServicer):
    """Keeps them in the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListClientNotes(self, request: Any, context: Any) -> Any:
        self._world.party(request.parent)
        notes = [each for each in self._world.client_notes if each.name.startswith(request.parent)]
        return pb.ListClientNotesResponse(client_notes=notes)

    async def CreateClientNote(self, request: Any, context: Any) -> Any:
        note = pb.ClientNote(
            name=f"{request.parent}/clientNotes/n{len(self._world.client_notes)}",
            text=_checked(request.client_note.text),
            author="tenants/northgate/users/u1",
            author_display_name="Dana Rivers",
        )
        note.create_time.FromDatetime(self._world.clock.now())
        self._world.client_notes.insert(0, note)
        return note

    async def UpdateClientNote(self, request: Any, context: Any) -> Any:
        note = self._note(request.client_note.name)
        note.text = _checked(request.client_note.text)
        note.update_time.FromDatetime(self._world.clock.now())
        return note

    async def DeleteClientNote(self, request: Any, context: Any) -> Any:
        self._world.client_notes.remove(self._note(request.name))
        return Empty()

    def _note(self, name: str) -> Any:
        for note in self._world.client_notes:
            if note.name == name:
                return note
        raise NotFound(resource=name)


def _checked(text: str) -> str:
    if not text.strip():
        raise InvalidRequest.at("client_note.text", "Must have 1 to 4,000 characters.")
    return text.strip()


def client_note_services(world: World) -> list[Any]:
    """Gives what of it a scripted tenancy serves."""
    return [(rpc.add_ClientNoteServiceServicer_to_server, ClientNotes(world))]
