"""Keeps a tenant's do-not-call list, here and in the dialer.

The dialer keeps one list, by the tenant's first campaign, and all of its campaigns look at that
one; a new campaign is a copy of one that does. The dialer's list for everybody is never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.kit.db.outbox import Intent
from services.kit.db.transaction import Database
from services.telephony.domain.audited import of_dnc
from services.telephony.domain.leads.dnc import phone_of
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.partners.dialer.dnc_tables import DncTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked

DNC: Final = "dialer-dnc"
_EACH: Final = 1_000


async def add_dnc_numbers(
    db: Database[TelephonyStore], tenant_id: str, numbers: Sequence[str], asked: Asked | None
) -> int:
    """Adds numbers; gives how many were new, 0 to a repeat."""
    async with db.transaction(tenant_id) as store:
        if asked is not None and await asked.is_repeat(store):
            return 0
        added = await store.dnc_numbers.add(tenant_id, numbers)
        await _ask_for(store, numbers)
        await store.changes.note(of_dnc("dncNumbers.add", tenant_id, numbers))
        if asked is not None:
            await asked.keep(store)
        return added


async def remove_dnc_numbers(
    db: Database[TelephonyStore], tenant_id: str, numbers: Sequence[str], asked: Asked
) -> int:
    """Removes numbers; gives how many there were, 0 to a repeat."""
    async with db.transaction(tenant_id) as store:
        if await asked.is_repeat(store):
            return 0
        removed = await store.dnc_numbers.remove(tenant_id, numbers)
        await _ask_for(store, numbers)
        await store.changes.note(of_dnc("dncNumbers.remove", tenant_id, numbers))
        await asked.keep(store)
        return removed


async def _ask_for(store: TelephonyStore, numbers: Sequence[str]) -> None:
    for first in range(0, len(numbers), _EACH):
        await store.outbox.add(DNC, {"numbers": list(numbers[first : first + _EACH])})


class DncApplier:
    """The effect of an intent: the dialer has the numbers that the store has."""

    def __init__(self, db: Database[TelephonyStore], tables: DncTables) -> None:
        self._db, self._tables = db, tables

    async def apply(self, intent: Intent) -> None:
        """Writes some numbers as they stand by now, and looks whether they changed meanwhile."""
        assert intent.tenant_id is not None
        numbers: list[str] = intent.payload["numbers"]
        async with self._db.read(intent.tenant_id) as store:
            objects = await store.dialer_objects.list(intent.tenant_id, [Kind.CAMPAIGN])
        campaigns = [each.object_id for each in objects]
        if not campaigns:
            # Nothing is dialed yet; a set-up tenant has one at least.
            return
        await self._tables.use(campaigns, campaigns[0])
        told: set[str] | None = None
        while (forbidden := await self._forbidden(intent.tenant_id, numbers)) != told:
            home = campaigns[0]
            await self._tables.add(home, [phone_of(each).national for each in sorted(forbidden)])
            allowed = sorted(set(numbers) - forbidden)
            await self._tables.remove(home, [phone_of(each).national for each in allowed])
            told = forbidden

    async def _forbidden(self, tenant_id: str, numbers: list[str]) -> set[str]:
        async with self._db.read(tenant_id) as store:
            return await store.dnc_numbers.among(tenant_id, numbers)
