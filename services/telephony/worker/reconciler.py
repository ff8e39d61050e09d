"""Reconciles the last days of every tenant, again and again, as rows and lines come late."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.jobs import run_every, trouble_of
from services.kit.logging import get_logger
from services.kit.telemetry import counter
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.reconciliation import Reconciliation, reconcile
from services.telephony.partners.dialer.day_rows import DayRows
from services.telephony.partners.directory import Directory, Entry
from services.telephony.store import TelephonyStore

_EVERY_SECONDS = 3600.0
_LEASE_SECONDS = 3000.0
# A day's rows are found and mended for days; today's are not there yet.
DAYS = 3

log = get_logger(__name__)
_reconciled = counter(
    "telephony.reconciliations", "{day}", "Tenants' days reconciled, by whether they drift."
)


class Reconciler:
    """Compares journals with tables; one replica at a time."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        directory: Directory,
        rows: DayRows,
    ) -> None:
        self._db, self._leases, self._directory, self._rows = db, leases, directory, rows

    async def run(self) -> None:
        """Reconciles until cancelled."""
        guarded = self._leases.guard("reconcile", _LEASE_SECONDS, self.reconcile_all)
        await run_every(_EVERY_SECONDS, guarded, asyncio.Event())

    async def reconcile_all(self) -> None:
        """Reconciles the last complete days of all tenants; one's trouble is its own."""
        async with self._db.operator_read() as store:
            tenants = [tenant_id for tenant_id, _ in await store.dialer_tenants.all()]
        for tenant_id in tenants:
            await trouble_of("reconcile", self._reconcile(tenant_id))

    async def _reconcile(self, tenant_id: str) -> None:
        entry = await self._directory.find(tenant_id)
        if entry is None:
            return
        today = self._db.clock.now().astimezone(entry.zone).date()
        for back in range(1, DAYS + 1):
            found = await self._day(entry, today - timedelta(days=back))
            async with self._db.operator_transaction() as store:
                await store.reconciliations.save(found)
            _reconciled.add(1, {"drift": found.is_drift})
            if found.is_drift:
                log.warning("a day does not agree with the dialer's tables", tenant=tenant_id,
                            day=str(found.local_date), reason=found.reason)  # fmt: skip

    async def _day(self, entry: Entry, day: date) -> Reconciliation:
        first, end = _midnight(entry, day), _midnight(entry, day + timedelta(days=1))
        async with self._db.operator_read() as store:
            legs = await store.reconciliations.legs_between(entry.tenant_id, first, end)
            objects = await store.dialer_objects.list(
                entry.tenant_id, [Kind.CAMPAIGN, Kind.IN_GROUP]
            )
        rows = await self._rows.between([each.object_id for each in objects], first, end)
        return reconcile(entry.tenant_id, day, legs, rows)


def _midnight(entry: Entry, day: date) -> int:
    return int(datetime.combine(day, time(), entry.zone).astimezone(UTC).timestamp())
