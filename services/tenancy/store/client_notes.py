"""Reads and writes notes about clients."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.kit.errors import NotFound
from services.tenancy.domain.client_note import ClientNote
from services.tenancy.store.tables_client_notes import client_notes


class ClientNotes:
    """The notes; the operator's transactions alone see any."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, note: ClientNote) -> None:
        """Adds a note."""
        values = {
            "tenant_id": note.tenant_id,
            "note_id": note.note_id,
            "text": note.text,
            "author": note.author,
            "create_time": note.create_time,
            "update_time": note.update_time,
        }
        await self._connection.execute(insert(client_notes).values(values))

    async def lock(self, tenant_id: str, note_id: str) -> ClientNote:
        """Gives a note, and lets nobody else change it; refuses with RESOURCE_NOT_FOUND."""
        query = select(client_notes).where(*_of(tenant_id, note_id)).with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/clientNotes/{note_id}")
        return _note(row)

    async def set_text(self, note: ClientNote) -> None:
        """Writes a note's text, and when it was changed."""
        await self._connection.execute(
            update(client_notes)
            .where(*_of(note.tenant_id, note.note_id))
            .values(text=note.text, update_time=note.update_time)
        )

    async def remove(self, note: ClientNote) -> None:
        """Deletes a note."""
        await self._connection.execute(
            delete(client_notes).where(*_of(note.tenant_id, note.note_id))
        )

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int
    ) -> list[ClientNote]:
        """Gives at most `limit` notes about a client, latest first, from behind `before` on."""
        table = client_notes.c
        query = select(client_notes).where(table.tenant_id == tenant_id)
        if before is not None:
            query = query.where(tuple_(table.create_time, table.note_id) < before)
        query = query.order_by(table.create_time.desc(), table.note_id.desc()).limit(limit)
        return [_note(row) for row in (await self._connection.execute(query)).mappings()]


def _of(tenant_id: str, note_id: str) -> tuple[Any, ...]:
    return client_notes.c.tenant_id == tenant_id, client_notes.c.note_id == note_id


def _note(row: RowMapping) -> ClientNote:
    return ClientNote(**row)
