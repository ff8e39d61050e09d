"""Reads and writes uploads of leads: how far each is, its file, its faults."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import NotFound
from services.telephony.domain.leads.fields import Column
from services.telephony.domain.leads.rows import Fault, Reason
from services.telephony.domain.leads.upload import DuplicateScope, LeadUpload, UploadState
from services.telephony.store.tables_leads import lead_upload_faults as faults
from services.telephony.store.tables_leads import lead_upload_pieces as pieces
from services.telephony.store.tables_leads import lead_uploads as table

_FAULTS_EACH: Final = 5_000
_GOING_ON: Final = (UploadState.RUNNING.value, UploadState.FINISHING.value)


class LeadUploads:
    """The uploads that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(
        self, tenant_id: str, list_id: str, upload_id: str, *, for_update: bool = False
    ) -> LeadUpload:
        """Gives an upload; refuses with RESOURCE_NOT_FOUND."""
        query = select(table).where(
            table.c.tenant_id == tenant_id,
            table.c.list_id == list_id,
            table.c.upload_id == upload_id,
        )
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/leadLists/{list_id}/uploads/{upload_id}")
        return _upload(row)

    async def list_before(
        self, tenant_id: str, list_id: str, number: int, limit: int
    ) -> list[LeadUpload]:
        """Gives at most `limit` uploads with numbers before this one (0: all), newest first."""
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.list_id == list_id)
        if number:
            query = query.where(table.c.number < number)
        query = query.order_by(table.c.number.desc()).limit(limit)
        return [_upload(row) for row in await self._connection.execute(query)]

    async def runs(self, tenant_id: str, list_id: str) -> bool:
        """Says whether an upload to the list has been started and is not over."""
        query = select(func.count()).where(
            table.c.tenant_id == tenant_id,
            table.c.list_id == list_id,
            table.c.state.in_(_GOING_ON),
        )
        return bool((await self._connection.execute(query)).scalar_one())

    async def running(self, limit: int) -> list[LeadUpload]:
        """Gives the oldest uploads that are running, of all tenants; to the operator."""
        query = select(table).where(table.c.state.in_(_GOING_ON))
        query = query.order_by(table.c.create_time).limit(limit)
        return [_upload(row) for row in await self._connection.execute(query)]

    async def add(self, upload: LeadUpload) -> None:
        """Adds an upload."""
        await self._connection.execute(insert(table).values(**_values(upload)))

    async def save(self, upload: LeadUpload) -> None:
        """Writes an upload as it is now."""
        await self._connection.execute(
            update(table)
            .where(table.c.tenant_id == upload.tenant_id, table.c.upload_id == upload.upload_id)
            .values(**_values(upload))
        )

    async def add_piece(self, upload: LeadUpload, data: bytes) -> None:
        """Keeps the next bytes of the file."""
        await self._connection.execute(
            insert(pieces).values(
                tenant_id=upload.tenant_id,
                upload_id=upload.upload_id,
                byte_offset=upload.received_bytes,
                data=data,
            )
        )

    async def pieces(self, upload: LeadUpload) -> AsyncIterator[bytes]:
        """Gives the file, piece by piece."""
        query = select(pieces.c.byte_offset).where(*_of(pieces, upload))
        offsets = (await self._connection.execute(query.order_by(pieces.c.byte_offset))).scalars()
        for offset in list(offsets):
            query = select(pieces.c.data).where(
                *_of(pieces, upload), pieces.c.byte_offset == offset
            )
            yield (await self._connection.execute(query)).scalar_one()

    async def drop_pieces(self, upload: LeadUpload) -> None:
        """Forgets the file."""
        await self._connection.execute(delete(pieces).where(*_of(pieces, upload)))

    async def add_faults(self, upload: LeadUpload, found: Sequence[Fault]) -> None:
        """Keeps why rows were not taken."""
        rows = [
            {
                "tenant_id": upload.tenant_id,
                "upload_id": upload.upload_id,
                "line": fault.line,
                "column_header": fault.column[:200],
                "reason": fault.reason.value,
            }
            for fault in found
        ]
        for first in range(0, len(rows), 1_000):
            await self._connection.execute(insert(faults), rows[first : first + 1_000])

    async def faults_after(self, upload: LeadUpload, line: int) -> list[Fault]:
        """Gives the next faults after a line, some thousands at most."""
        query = select(faults).where(*_of(faults, upload), faults.c.line > line)
        query = query.order_by(faults.c.line).limit(_FAULTS_EACH)
        return [
            Fault(row.line, row.column_header, Reason(row.reason))
            for row in await self._connection.execute(query)
        ]


def _of(table_of: Any, upload: LeadUpload) -> tuple[Any, ...]:
    return (
        table_of.c.tenant_id == upload.tenant_id,
        table_of.c.upload_id == upload.upload_id,
    )


def _values(upload: LeadUpload) -> dict[str, Any]:
    columns = [[column.header, column.field] for column in upload.columns]
    values = {**asdict(upload), "columns": columns, "rejected_rows": dict(upload.rejected_rows)}
    return {**values, "state": upload.state.value, "duplicate_scope": upload.duplicate_scope.value}


def _upload(row: Row[Any]) -> LeadUpload:
    values = {
        **row._mapping,
        "state": UploadState(row.state),
        "duplicate_scope": DuplicateScope(row.duplicate_scope),
        "columns": tuple(Column(*column) for column in row.columns),
    }
    return LeadUpload(**values)
