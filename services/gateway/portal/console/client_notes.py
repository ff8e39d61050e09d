"""What staff note about a client, for themselves."""

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of, words_of
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.tenancy.v1 import client_note_service_pb2 as pb

_SHOWN: Final = 50


async def client_notes(visit: Visit) -> Response:
    """Shows the notes, latest first, and the form for another."""
    return await _page(visit)


async def create_client_note(visit: Visit) -> Response:
    """Adds a note."""
    form = await form_of(visit)
    request = pb.CreateClientNoteRequest(
        parent=tenant_name(visit),
        client_note=pb.ClientNote(text=form.get("text", "")),
        request_id=form.get("request_id", ""),
    )
    try:
        await visit.services.client_notes.CreateClientNote(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_path(visit))


async def update_client_note(visit: Visit) -> Response:
    """Changes a note's text."""
    form = await form_of(visit)
    note = pb.ClientNote(name=_note_name(visit), text=form.get("text", ""))
    request = pb.UpdateClientNoteRequest(client_note=note, update_mask=FieldMask(paths=["text"]))
    try:
        await visit.services.client_notes.UpdateClientNote(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form, note.name)
    return visit.go_to(_path(visit))


async def delete_client_note(visit: Visit) -> Response:
    """Deletes a note."""
    request = pb.DeleteClientNoteRequest(name=_note_name(visit))
    try:
        await visit.services.client_notes.DeleteClientNote(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(_path(visit))


async def _page(
    visit: Visit,
    problem: Problem | None = None,
    form: dict[str, str] | None = None,
    edited: str = "",
) -> Response:
    tenant = await get_client(visit)
    request = pb.ListClientNotesRequest(
        parent=tenant.name,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    found = await visit.services.client_notes.ListClientNotes(request, metadata=visit.metadata)
    return visit.page(
        "console/client_notes.html",
        status=problem.http_status if problem else 200,
        title=f"Notes on {tenant.display_name}",
        tenant=tenant,
        tenant_id=tenant.name.removeprefix("tenants/"),
        notes=found.client_notes,
        next_page=found.next_page_token,
        typed=(form or {}).get("text", ""),
        edited=edited,
        # By the id of the field: the one of a new note, or that of the note that was changed.
        wrong={f"text{edited.rpartition('/')[2]}": words_of(problem)} if problem else {},
        may_write=visit.caller.may("clientNotes.write"),
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _note_name(visit: Visit) -> str:
    return f"{tenant_name(visit)}/clientNotes/{id_in_path(visit, 'note')}"


def _path(visit: Visit) -> str:
    return f"/clients/{visit.request.path_params['tenant']}/notes"
