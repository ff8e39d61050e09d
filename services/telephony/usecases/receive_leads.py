"""Uploads of leads up to their start: begun, received piece by piece, started, given up."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.telephony.domain.audited import of_upload
from services.telephony.domain.leads.fields import Column, mapped, proposed
from services.telephony.domain.leads.upload import (
    FILE_BYTES_MAX,
    PIECE_BYTES_MAX,
    DuplicateScope,
    FileUnreadable,
    LeadUpload,
    LeadUploadRuns,
    UploadState,
    UploadTooLarge,
    cancelled,
    check_receiving,
    failed,
    started,
)
from services.telephony.partners.lead_files import headers_of
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked, code_of
from services.telephony.usecases.keep_lead_lists import lead_list_there, next_number

Key = tuple[str, str, str]
"""Tenant, list, upload."""
_DISPLAY_NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """An upload as it is asked for."""

    tenant_id: str
    list_id: str
    display_name: str
    duplicate_scope: DuplicateScope
    auto_start: bool


async def create_upload(
    db: Database[TelephonyStore], clock: Clock, wanted: Wanted, asked: Asked
) -> LeadUpload:
    """Begins an upload."""
    if len(wanted.display_name) > _DISPLAY_NAME_MAX:
        raise InvalidRequest.at(
            "lead_upload.display_name", f"Must be at most {_DISPLAY_NAME_MAX} characters."
        )
    # The same for the same request, so that a repeat finds it.
    chosen = asked.request.request_id or str(uuid.uuid4())
    upload_id = f"u{uuid.UUID(chosen).hex[:24]}"
    tenant_id, list_id = wanted.tenant_id, wanted.list_id
    async with db.transaction(tenant_id) as store:
        if not await asked.is_repeat(store):
            await code_of(store, tenant_id)
            await lead_list_there(store, tenant_id, list_id)
            number = await next_number(store, tenant_id)
            upload = LeadUpload(
                tenant_id, list_id, upload_id, number, clock.now(), wanted.display_name,
                wanted.duplicate_scope, wanted.auto_start,
            )  # fmt: skip
            await store.lead_uploads.add(upload)
            await store.changes.note(of_upload("leadUploads.create", None, upload))
            await asked.keep(store)
        return await store.lead_uploads.get(tenant_id, list_id, upload_id)


class Receiver:
    """Takes one stream of pieces into an upload. Every piece is kept before the next is read."""

    def __init__(self, db: Database[TelephonyStore], clock: Clock, key: Key) -> None:
        self._db, self._clock, self._key = db, clock, key

    async def take(self, offset: int, pieces: AsyncIterator[bytes]) -> LeadUpload:
        """Keeps the pieces from an offset on."""
        upload = await self._kept(offset, b"")
        async for data in pieces:
            if len(data) > PIECE_BYTES_MAX:
                raise InvalidRequest.at("file", f"Must be at most {PIECE_BYTES_MAX} bytes.")
            if data:
                upload = await self._kept(upload.received_bytes, data)
        return upload

    async def _kept(self, offset: int, data: bytes) -> LeadUpload:
        async with self._db.transaction(self._key[0]) as store:
            upload = await store.lead_uploads.get(*self._key, for_update=True)
            check_receiving(upload, offset)
            received = offset + len(data)
            if received > FILE_BYTES_MAX:
                raise UploadTooLarge(f"A file has at most {FILE_BYTES_MAX} bytes: split it.")
            if data:
                await store.lead_uploads.add_piece(upload, data)
                upload = replace(upload, received_bytes=received)
                await store.lead_uploads.save(upload)
            return upload

    async def complete(self) -> LeadUpload:
        """Reads the headers of the file that is complete; starts the upload if it is to."""
        async with self._db.read(self._key[0]) as store:
            upload = await store.lead_uploads.get(*self._key)
            with tempfile.TemporaryDirectory() as folder:
                path = await file_of(store, upload, Path(folder))
                try:
                    columns, trouble = proposed(await asyncio.to_thread(headers_of, path)), ""
                except FileUnreadable as unreadable:
                    columns, trouble = (), str(unreadable)
        async with self._db.transaction(self._key[0]) as store:
            upload = await store.lead_uploads.get(*self._key, for_update=True)
            check_receiving(upload, upload.received_bytes)
            upload = replace(upload, state=UploadState.RECEIVED, columns=columns)
            if trouble:
                upload = failed(upload, trouble, self._clock.now())
                await store.lead_uploads.drop_pieces(upload)
            elif upload.auto_start and any(column.field == "phone_number" for column in columns):
                upload = await _started(store, upload, columns)
            await store.lead_uploads.save(upload)
            return upload


async def start_upload(
    db: Database[TelephonyStore], key: Key, told: tuple[Column, ...], asked: Asked
) -> LeadUpload:
    """Starts an upload, by the columns that are told or else by those proposed."""
    async with db.transaction(key[0]) as store:
        upload = await store.lead_uploads.get(*key, for_update=True)
        if not await asked.is_repeat(store):
            columns = mapped(upload.columns, told) if told else upload.columns
            begun = await _started(store, upload, columns)
            await store.lead_uploads.save(begun)
            await store.changes.note(of_upload("leadUploads.start", upload, begun))
            upload = begun
            await asked.keep(store)
        return upload


async def cancel_upload(
    db: Database[TelephonyStore], clock: Clock, key: Key, asked: Asked
) -> LeadUpload:
    """Gives an upload up; what waits of it in the dialer is removed by the intent."""
    async with db.transaction(key[0]) as store:
        upload = await store.lead_uploads.get(*key, for_update=True)
        if not await asked.is_repeat(store):
            after = cancelled(upload, clock.now())
            if after is not upload:
                await store.lead_uploads.save(after)
                await store.lead_uploads.drop_pieces(after)
                await store.changes.note(of_upload("leadUploads.cancel", upload, after))
                if upload.state is UploadState.RUNNING:
                    await store.outbox.add(DROP_WAITING, {"number": str(upload.number)})
            upload = after
            await asked.keep(store)
        return upload


DROP_WAITING = "dialer-drop-waiting-leads"


async def file_of(store: TelephonyStore, upload: LeadUpload, folder: Path) -> Path:
    """Writes the upload's file into a folder."""
    path = folder / "leads"
    with path.open("wb") as file:
        async for data in store.lead_uploads.pieces(upload):
            file.write(data)
    return path


async def _started(
    store: TelephonyStore, upload: LeadUpload, columns: tuple[Column, ...]
) -> LeadUpload:
    # The list's lock orders starts: one upload to a list at a time.
    await lead_list_there(store, upload.tenant_id, upload.list_id, for_update=True)
    if await store.lead_uploads.runs(upload.tenant_id, upload.list_id):
        raise LeadUploadRuns("Another upload to the list is not over.")
    return started(upload, columns)
