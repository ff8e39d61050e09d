"""ClientNoteService: what the operator's staff note about a client, for themselves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from services.kit.aip import page_token
from services.kit.aip.field_mask import merged
from services.kit.aip.resource_name import tenant_id_of
from services.kit.changes import Change
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.client_note import ClientNote, checked_text
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import ClientNoteName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_tenant import operator_of
from services.tenancy.usecases.name_resources import display_names
from services.tenancy.usecases.note_change import note_change
from veneer.tenancy.v1 import client_note_service_pb2 as pb
from veneer.tenancy.v1 import client_note_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateClientNote"


class ClientNoteService(rpc.ClientNoteServiceServicer):
    """veneer.tenancy.v1.ClientNoteService; each change is noted in the operator's own log."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def ListClientNotes(
        self, request: pb.ListClientNotesRequest, context: Context
    ) -> pb.ListClientNotesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            await _check_client(store, tenant_id)
            page = await store.client_notes.list_before(tenant_id, before, size + 1)
            names = await display_names(store, (note.author for note in page))
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.note_id)
        return pb.ListClientNotesResponse(
            client_notes=(_to_wire(note, names) for note in page[:size]), next_page_token=token
        )

    async def CreateClientNote(
        self, request: pb.CreateClientNoteRequest, context: Context
    ) -> pb.ClientNote:
        tenant_id = tenant_id_of(request.parent, "parent")
        text = checked_text(request.client_note.text)
        principal = current_principal()
        assert principal is not None, "the access rule admits principals only"
        async with self._db.operator_transaction() as store:
            await _check_client(store, tenant_id)
            key = (principal.tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.ClientNote.FromString(answered)
            now, note_id = store.scope.time, secrets.token_hex(8)
            note = ClientNote(tenant_id, note_id, text, principal.subject, now)
            await store.client_notes.add(note)
            await _note(store, principal.tenant_id, "clientNotes.create", None, note)
            answer = _to_wire(note, await display_names(store, [note.author]))
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def UpdateClientNote(
        self, request: pb.UpdateClientNoteRequest, context: Context
    ) -> pb.ClientNote:
        patch = request.client_note
        name = ClientNoteName.parse(patch.name, "client_note.name")
        operator = await operator_of(self._db)
        async with self._db.operator_transaction() as store:
            before = await store.client_notes.lock(name.tenant, name.client_note)
            names = await display_names(store, [before.author])
            text = checked_text(merged(request.update_mask, patch, _to_wire(before, names)).text)
            if text == before.text:
                return _to_wire(before, names)
            after = replace(before, text=text, update_time=store.scope.time)
            await store.client_notes.set_text(after)
            await _note(store, operator.tenant_id, "clientNotes.update", before, after)
        return _to_wire(after, names)

    async def DeleteClientNote(
        self, request: pb.DeleteClientNoteRequest, context: Context
    ) -> Empty:
        name = ClientNoteName.parse(request.name)
        operator = await operator_of(self._db)
        async with self._db.operator_transaction() as store:
            note = await store.client_notes.lock(name.tenant, name.client_note)
            await store.client_notes.remove(note)
            await _note(store, operator.tenant_id, "clientNotes.delete", note, None)
        return Empty()


async def _check_client(store: TenancyStore, tenant_id: str) -> None:
    if await store.tenants.find(tenant_id) is None:
        raise NotFound(resource=f"tenants/{tenant_id}")


async def _note(
    store: TenancyStore,
    operator_id: str,
    action: str,
    before: ClientNote | None,
    after: ClientNote | None,
) -> None:
    note = after or before
    assert note is not None, "a change is of a note"
    was, becomes = before.facts if before else {}, after.facts if after else {}
    await note_change(store, Change(operator_id, action, note.name, was, becomes))


def _to_wire(note: ClientNote, names: Mapping[str, str]) -> pb.ClientNote:
    return pb.ClientNote(
        name=note.name,
        text=note.text,
        author=note.author,
        author_display_name=names[note.author],
        create_time=wire.timestamp(note.create_time),
        update_time=wire.timestamp(note.update_time) if note.update_time else None,
    )
