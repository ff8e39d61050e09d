"""Goes on with the uploads of leads that have been started."""

from __future__ import annotations

import asyncio
from typing import Final

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.telephony.domain.leads.upload import LeadUpload
from services.telephony.store import TelephonyStore
from services.telephony.usecases.run_upload import UploadRunner

_SECONDS: Final = 2.0
# Renewed before each batch of some seconds; so long a killed replica's upload waits.
_LEASE_SECONDS: Final = 60.0
_UPLOADS: Final = 20


class LeadUploader:
    """Runs uploads one after another when `wake` is set, and every two seconds."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        runner: UploadRunner,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._runner, self._wake = db, leases, runner, wake

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._wake.clear()
            await trouble_of("lead uploads", self.run_due())
            try:
                await asyncio.wait_for(self._wake.wait(), _SECONDS)
            except TimeoutError:
                continue

    async def run_due(self) -> None:
        """Runs what can be run now; one that fails waits for the next time."""
        async with self._db.operator_read() as store:
            due = await store.lead_uploads.running(_UPLOADS)
        for upload in due:
            name = f"lead-upload-{upload.upload_id}"
            if await self._leases.acquire(name, _LEASE_SECONDS):
                try:
                    await trouble_of("lead upload", self._run(upload, name))
                finally:
                    await self._leases.release(name)

    async def _run(self, upload: LeadUpload, name: str) -> None:
        # As it is now that it is ours: another replica may have gone on with it.
        key = (upload.tenant_id, upload.list_id, upload.upload_id)
        async with self._db.read(upload.tenant_id) as store:
            current = await store.lead_uploads.get(*key)
        if current.is_going_on:
            await self._runner.run(current, lambda: self._leases.acquire(name, _LEASE_SECONDS))
