"""Checks the rows of an upload and adds its leads to the list, batch by batch.

A batch is written to the dialer, then noted here. Whoever goes on after a kill first deletes what
was written and not noted; leads wait in a list that nobody dials until all are there.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from services.kit.db.transaction import Database
from services.kit.errors import Aborted
from services.telephony.domain.leads.lead_list import LeadList
from services.telephony.domain.leads.phone import offset_hours
from services.telephony.domain.leads.rows import Fault, Lead, Row, RowChecker, sifted
from services.telephony.domain.leads.upload import (
    DuplicateScope,
    FileUnreadable,
    LeadUpload,
    UploadState,
    failed,
)
from services.telephony.partners.dialer.lead_tables import LeadTables, NewLead
from services.telephony.partners.lead_files import rows_of
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import code_of
from services.telephony.usecases.receive_leads import file_of

BATCH_ROWS: Final = 5_000
Hold = Callable[[], Awaitable[bool]]
"""Says whether the upload is still this replica's to run, for a while longer."""


@dataclass(frozen=True, slots=True)
class _Job:
    """An upload with what its batches are checked against; ids are those of the dialer."""

    upload: LeadUpload
    lists: tuple[int, ...]
    waiting: int
    target: int
    checker: RowChecker


class UploadRunner:
    """Runs one upload at a time. `zone` is the one that the dialer's tables are written in."""

    def __init__(self, db: Database[TelephonyStore], leads: LeadTables, zone: str) -> None:
        self._db, self._leads, self._zone = db, leads, ZoneInfo(zone)

    async def run(self, upload: LeadUpload, hold: Hold) -> None:
        """Goes on with an upload to its end, or until it is given up or `hold` is lost.

        Raises DialerAway.
        """
        with tempfile.TemporaryDirectory() as folder:
            async with self._db.read(upload.tenant_id) as store:
                job = await _job(store, upload)
                path = await file_of(store, upload, Path(folder))
            if upload.state is UploadState.FINISHING:
                await self._finish(job)
                return
            rows = rows_of(path)
            try:
                last_line = await asyncio.to_thread(_skip, rows, upload.read_rows)
                await self._leads.delete_after(job.waiting, last_line)
                current: LeadUpload | None = upload
                while current is not None and await hold():
                    batch = await asyncio.to_thread(lambda: list(islice(rows, BATCH_ROWS)))
                    if not batch:
                        await self._finish(replace(job, upload=current))
                        return
                    current = await self._batch(replace(job, upload=current), batch)
                if current is None:
                    await self._leads.delete(job.waiting)
            except FileUnreadable as unreadable:
                await self._fail(job, str(unreadable))

    async def _batch(self, job: _Job, batch: list[Row]) -> LeadUpload | None:
        """Gives the upload after a batch of its rows; None if it was given up meanwhile."""
        upload, tenant_id = job.upload, job.upload.tenant_id
        leads, faults = await asyncio.to_thread(_checked, job.checker, batch)
        phones = [lead.phone for lead in leads]
        there = await self._leads.numbers_there(job.lists, phones)
        async with self._db.read(tenant_id) as store:
            forbidden = await store.dnc_numbers.among(
                tenant_id, [phone.e164[1:] for phone in phones]
            )
        taken, more = sifted(job.checker, leads, there, {f"+{each}" for each in forbidden})
        now = self._db.clock.now()
        rows = await asyncio.to_thread(_new, taken, now)
        local = f"{now.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
        await self._leads.insert(job.waiting, local, job.checker.columns, rows)
        return await self._note(upload, len(batch), len(taken), [*faults, *more])

    async def _note(
        self, upload: LeadUpload, read: int, accepted: int, faults: list[Fault]
    ) -> LeadUpload | None:
        async with self._db.transaction(upload.tenant_id) as store:
            current = await _locked(store, upload)
            if current.state is not UploadState.RUNNING:
                return None
            if current.read_rows != upload.read_rows:
                raise Aborted("Another replica goes on with the upload.")
            counts = Counter(dict(upload.rejected_rows))
            counts.update(fault.reason.value for fault in faults)
            current = replace(
                current,
                read_rows=current.read_rows + read,
                accepted_rows=current.accepted_rows + accepted,
                rejected_rows=dict(counts),
            )
            await store.lead_uploads.add_faults(current, faults)
            await store.lead_uploads.save(current)
            return current

    async def _finish(self, job: _Job) -> None:
        """Moves the leads into the list; an intent first, because half of them is too late."""
        if not await self._move_on(job, (UploadState.RUNNING,), UploadState.FINISHING):
            await self._leads.delete(job.waiting)
            return
        await self._leads.move(job.waiting, job.target)
        await self._move_on(job, (UploadState.FINISHING,), UploadState.SUCCEEDED)

    async def _move_on(
        self, job: _Job, states: tuple[UploadState, ...], state: UploadState
    ) -> bool:
        async with self._db.transaction(job.upload.tenant_id) as store:
            current = await _locked(store, job.upload)
            if current.state is state:
                return True
            if current.state not in states:
                return False
            is_over = state is UploadState.SUCCEEDED
            end_time = self._db.clock.now() if is_over else None
            await store.lead_uploads.save(replace(current, state=state, end_time=end_time))
            if is_over:
                await store.lead_uploads.drop_pieces(current)
            return True

    async def _fail(self, job: _Job, why: str) -> None:
        await self._leads.delete(job.waiting)
        async with self._db.transaction(job.upload.tenant_id) as store:
            current = await _locked(store, job.upload)
            if current.state is UploadState.RUNNING:
                await store.lead_uploads.save(failed(current, why, self._db.clock.now()))
                await store.lead_uploads.drop_pieces(current)

    async def drop_waiting(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Deletes the leads of an upload that was given up."""
        async with self._db.read(tenant_id) as store:
            code = await code_of(store, tenant_id)
        await self._leads.delete(code.list_id(int(payload["number"])))


async def _locked(store: TelephonyStore, upload: LeadUpload) -> LeadUpload:
    key = (upload.tenant_id, upload.list_id, upload.upload_id)
    return await store.lead_uploads.get(*key, for_update=True)


async def _job(store: TelephonyStore, upload: LeadUpload) -> _Job:
    tenant_id = upload.tenant_id
    code = await code_of(store, tenant_id)
    target = await store.lead_lists.get(tenant_id, upload.list_id)
    numbers = {target.number, upload.number, *await _others(store, upload, target)}
    return _Job(
        upload,
        tuple(code.list_id(number) for number in sorted(numbers)),
        code.list_id(upload.number),
        code.list_id(target.number),
        RowChecker(upload.columns, target.default_region),
    )


async def _others(store: TelephonyStore, upload: LeadUpload, target: LeadList) -> list[int]:
    """Numbers of the lists in which a number may not be twice."""
    match upload.duplicate_scope:
        case DuplicateScope.TENANT:
            return await store.lead_lists.numbers(upload.tenant_id)
        case DuplicateScope.CAMPAIGN:
            return await store.lead_lists.numbers(upload.tenant_id, target.campaign_id)
        case DuplicateScope.LIST:
            return []


def _skip(rows: Iterator[Row], count: int) -> int:
    """Passes over the headers and `count` rows; gives the line of the last one."""
    line = 0
    for row in islice(rows, count + 1):
        line = row.line
    return line


def _checked(checker: RowChecker, batch: list[Row]) -> tuple[list[Lead], list[Fault]]:
    leads: list[Lead] = []
    faults: list[Fault] = []
    for row in batch:
        found = checker.check(row)
        if isinstance(found, Lead):
            leads.append(found)
        else:
            faults.append(found)
    return leads, faults


def _new(leads: list[Lead], now: datetime) -> list[NewLead]:
    # Clocks change at full hours, so an hour is one time for all its leads.
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [
        NewLead(lead.line, lead.phone, f"{offset_hours(lead.phone, hour):.2f}", lead.values)
        for lead in leads
    ]
