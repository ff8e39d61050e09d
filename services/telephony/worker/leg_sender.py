"""Sends legs to usage: whatever it does not know as it is, at least once, until it acknowledges."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.kit.telemetry import counter
from services.telephony.domain.leg import PendingLeg
from services.telephony.partners.calls import BatchRefused, CallStream
from services.telephony.partners.directory import Directory, Entry
from services.telephony.store import TelephonyStore
from services.telephony.worker.holds import Holds

_PAGE_LEGS = 5000
_BATCHES_AT_ONCE = 4
_LEASE = "send-legs"
_LEASE_SECONDS = 30.0
_RENEW_SECONDS = 5.0
# Without a wake-up: legs that another replica took in.
_POLL_SECONDS = 0.5
_WAIT_SECONDS_MAX = 5.0

_Batch = tuple[int, str, list[PendingLeg]]

log = get_logger(__name__)
_sent = counter("telephony.legs.sent", "{leg}", "Legs that usage has acknowledged.")


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where legs go: what opens a stream to usage.

    Legs received before the time that `released_before` gives have waited long enough.
    """

    open_stream: Callable[[], CallStream]
    released_before: Callable[[], datetime]


class LegSender:
    """One pass after another over the pending legs. One replica at a time sends.

    Tenants that usage or tenancy can't take are passed over for a while; nobody waits for them.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        directory: Directory,
        outlet: Outlet,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._directory = db, leases, directory
        self._outlet, self._wake = outlet, wake
        self._holds = Holds(_PAGE_LEGS)
        self._stream: CallStream | None = None
        # What is not acknowledged, oldest first: id, tenant, legs.
        self._flying: deque[_Batch] = deque()
        self._last_batch_id = 0
        self._batches_at_once = _BATCHES_AT_ONCE
        self._renew_at = self._release_at = 0.0

    async def run(self) -> None:
        """Sends until cancelled, whatever happens to usage meanwhile."""
        failures = 0
        try:
            while True:
                self._wake.clear()
                if await trouble_of("send legs", self.send_pending()) is None:
                    failures = 0
                    await self._rest()
                else:
                    self._drop_stream()
                    # Why a stream broke is told for sure only when nothing else is being sent.
                    self._batches_at_once = 1
                    failures += 1
                    await asyncio.sleep(min(0.1 * 2.0**failures, _WAIT_SECONDS_MAX))
        finally:
            self._drop_stream()
            await trouble_of("release lease", self._leases.release(_LEASE))

    async def send_pending(self) -> None:
        """Sends every leg that is pending now; those that become so meanwhile may wait."""
        try:
            await self._pass()
        except BatchRefused as refused:
            await self._note_refusal(refused)

    async def _pass(self) -> None:
        await self._release()
        after, size = 0, _PAGE_LEGS
        while size == _PAGE_LEGS:
            if not await self._is_ours():
                return
            async with self._db.operator_read() as store:
                page = await store.legs.pending(after, self._holds.held(), _PAGE_LEGS)
            size = len(page)
            if page:
                after = page[-1].queue_number
                await self._send_page(page)
        while self._flying:
            await self._land_oldest()
        self._batches_at_once = _BATCHES_AT_ONCE

    async def _release(self) -> None:
        if time.monotonic() >= self._release_at:
            async with self._db.operator_transaction() as store:
                await store.legs.release_awaited(self._outlet.released_before())
            self._release_at = time.monotonic() + _POLL_SECONDS

    async def _send_page(self, page: list[PendingLeg]) -> None:
        by_tenant = attrgetter("tenant_id")
        for tenant_id, legs in groupby(sorted(page, key=by_tenant), key=by_tenant):
            entry = await self._directory.find(tenant_id)
            if entry is None:
                log.warning("legs of an unknown tenant wait", tenant=tenant_id)
                self._holds.hold(tenant_id)
                continue
            await self._send(entry, list(legs))

    async def _send(self, entry: Entry, legs: list[PendingLeg]) -> None:
        size = self._holds.batch_size(entry.tenant_id)
        for start in range(0, len(legs), size):
            while len(self._flying) >= self._batches_at_once:
                await self._land_oldest()
            batch = legs[start : start + size]
            if self._stream is None:
                self._stream = self._outlet.open_stream()
            self._last_batch_id += 1
            # Noted before it leaves, so that a refusal finds it.
            self._flying.append((self._last_batch_id, entry.tenant_id, batch))
            self._stream.send(self._last_batch_id, entry, batch)

    async def _land_oldest(self) -> None:
        assert self._stream is not None
        acknowledged = await self._stream.acknowledged()
        batch_id, tenant_id, legs = self._flying.popleft()
        assert acknowledged == batch_id, "batches are answered in order"
        async with self._db.operator_transaction() as store:
            await store.legs.mark_sent([leg.queue_number for leg in legs])
        self._holds.accepted(tenant_id)
        _sent.add(len(legs))

    async def _note_refusal(self, refused: BatchRefused) -> None:
        _, tenant_id, legs = self._flying[0]
        self._drop_stream()
        self._holds.refused(tenant_id, len(legs))
        if len(legs) == 1:
            leg = legs[0]
            log.error("usage refused a leg", tenant=tenant_id, uniqueid=leg.uniqueid,
                      host=leg.host, detail=refused.detail)  # fmt: skip
            async with self._db.operator_transaction() as store:
                await store.legs.mark_refused([leg.queue_number])
        self._wake.set()

    async def _is_ours(self) -> bool:
        if time.monotonic() < self._renew_at:
            return True
        is_ours = await self._leases.acquire(_LEASE, _LEASE_SECONDS)
        if is_ours:
            self._renew_at = time.monotonic() + _RENEW_SECONDS
        return is_ours

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
        except TimeoutError:
            return

    def _drop_stream(self) -> None:
        if self._stream is not None:
            self._stream.cancel()
        self._stream = None
        self._flying.clear()
