"""The example store: two repositories over what kit gives."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.idempotency import Requests
from services.kit.db.outbox import Outbox
from services.kit.db.scope import Scope
from tests.store.kit.example.tables import notes


class ExampleStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.connection, self.scope = connection, scope
        self.requests = Requests(connection)
        self.outbox = Outbox(connection)

    async def add_note(self, tenant_id: str, note_id: str, body: str = "") -> None:
        """Writes a note; on purpose the caller says whose, as a mistaken one would."""
        row = {"tenant_id": tenant_id, "note_id": note_id, "body": body}
        await self.connection.execute(insert(notes), row)

    async def notes(self) -> set[tuple[str, str]]:
        """Returns (tenant_id, note_id) of all notes: the query that forgot its WHERE."""
        rows = await self.connection.execute(select(notes.c.tenant_id, notes.c.note_id))
        return {(row.tenant_id, row.note_id) for row in rows}
