"""What staff note about a client is theirs alone."""

from __future__ import annotations

import uuid
from typing import Any

import grpc
import pytest
from sqlalchemy.exc import ProgrammingError

from tests.rpc.tenancy.conftest import Tenancy, reason_of
from tests.support.contracts import methods, rule_of
from veneer.tenancy.v1 import audit_service_pb2 as audit_pb
from veneer.tenancy.v1 import client_note_service_pb2 as pb

SECRET = "Pays late, always."


async def _note(tenancy: Tenancy, tenant_id: str, said: str, request_id: str = "") -> Any:
    request = pb.CreateClientNoteRequest(
        parent=f"tenants/{tenant_id}",
        client_note=pb.ClientNote(text=said),
        request_id=request_id,
    )
    return await tenancy.client_notes.CreateClientNote(request, metadata=tenancy.operator)


async def _list(tenancy: Tenancy, tenant_id: str, **asked: Any) -> Any:
    request = pb.ListClientNotesRequest(parent=f"tenants/{tenant_id}", **asked)
    return await tenancy.client_notes.ListClientNotes(request, metadata=tenancy.operator)


async def test_notes_are_kept_with_their_author_latest_first(tenancy: Tenancy) -> None:
    """Sent twice is kept once; what is changed says so."""
    tenant_id, request_id = await tenancy.a_client(), str(uuid.uuid4())
    first = await _note(tenancy, tenant_id, f"  {SECRET}\r\nSince May. ", request_id)
    again = await _note(tenancy, tenant_id, f"  {SECRET}\r\nSince May. ", request_id)
    tenancy.clock.advance(seconds=1)
    second = await _note(tenancy, tenant_id, "Likes to be called.")
    page = await _list(tenancy, tenant_id, page_size=1)
    rest = await _list(tenancy, tenant_id, page_size=1, page_token=page.next_page_token)
    changed = await tenancy.client_notes.UpdateClientNote(
        pb.UpdateClientNoteRequest(client_note=pb.ClientNote(name=second.name, text="Asleep.")),
        metadata=tenancy.operator,
    )
    await tenancy.client_notes.DeleteClientNote(
        pb.DeleteClientNoteRequest(name=first.name), metadata=tenancy.operator
    )

    assert first == again
    assert first.text == f"{SECRET}\nSince May."
    assert first.author.startswith("tenants/northgate/")
    assert [each.name for each in page.client_notes] == [second.name]
    assert [each.name for each in rest.client_notes] == [first.name]
    assert (changed.text, changed.HasField("update_time")) == ("Asleep.", True)
    assert (await _list(tenancy, tenant_id)).client_notes == [changed]


async def test_each_change_is_in_the_operators_log_and_not_in_the_clients(
    tenancy: Tenancy,
) -> None:
    """The client exports its whole log and finds nothing of it."""
    tenant_id = await tenancy.a_client()
    note = await _note(tenancy, tenant_id, SECRET)
    asked = pb.DeleteClientNoteRequest(name=note.name)
    await tenancy.client_notes.DeleteClientNote(asked, metadata=tenancy.operator)
    own = await tenancy.audit.ListAuditEntries(
        audit_pb.ListAuditEntriesRequest(parent="tenants/northgate", resource=note.name),
        metadata=tenancy.operator,
    )
    export = audit_pb.ExportAuditLogRequest(parent=f"tenants/{tenant_id}")
    pieces = tenancy.audit.ExportAuditLog(export, metadata=tenancy.client(tenant_id))
    clients = b"".join([piece.data async for piece in pieces]).decode()

    assert [each.action for each in own.audit_entries] == [
        "clientNotes.delete",
        "clientNotes.create",
    ]
    assert SECRET in str(own)
    assert "tenants.create" in clients
    assert SECRET not in clients
    assert "clientNotes" not in clients


async def test_no_client_is_told(tenancy: Tenancy) -> None:
    """Not by asking, nor by any RPC that is for clients; its transactions may not even look."""
    tenant_id = await tenancy.a_client()
    await _note(tenancy, tenant_id, SECRET)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.client_notes.ListClientNotes(
            pb.ListClientNotesRequest(parent=f"tenants/{tenant_id}"),
            metadata=tenancy.client(tenant_id),
        )
    telling = {
        rule_of(method).audience
        for method in methods()
        if "ClientNote" in f"{method.input_type.name} {method.output_type.name}"
    }
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with tenancy.db.read(tenant_id) as store:
            await store.client_notes.list_before(tenant_id, None, 1)

    assert reason_of(refused.value) == "PERMISSION_MISSING"
    assert telling == {"OPERATOR"}


@pytest.mark.parametrize("said", ["", "  \n", "x" * 4001])
async def test_a_note_says_something_and_not_too_much(tenancy: Tenancy, said: str) -> None:
    """Blanks are nothing."""
    tenant_id = await tenancy.a_client()

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _note(tenancy, tenant_id, said)

    assert reason_of(refused.value) == "INVALID_REQUEST"
    assert (await _list(tenancy, tenant_id)).client_notes == []
