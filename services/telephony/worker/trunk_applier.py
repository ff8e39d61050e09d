"""Brings trunks into the dialer, and looks whether its hosts have them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.errors import Refusal
from services.kit.jobs import run_every, trouble_of
from services.kit.logging import get_logger
from services.kit.secret_box import SecretBox, SecretUnreadable
from services.kit.telemetry import counter
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.domain.trunk import (
    VERIFY_WITHIN,
    Trunk,
    TrunkHost,
    TrunkState,
    carrier_row_id,
)
from services.telephony.partners.dialer.carrier_rows import CarrierRows, EntryNotKept
from services.telephony.partners.dialer.web_api import DialerAway
from services.telephony.partners.directory import Directory
from services.telephony.partners.host_check import HostCheck
from services.telephony.store import TelephonyStore
from services.telephony.usecases.cap_shares import CapShares
from services.telephony.usecases.trunks import Platform, TrunkUnusable, trunk_plan

_EVERY_SECONDS = 2.0
_LEASE_SECONDS = 60.0
_BATCH = 20
_SOON, _AGAIN, _LATER = timedelta(seconds=3), timedelta(seconds=30), timedelta(seconds=60)

log = get_logger(__name__)
_applied = counter("telephony.trunks.looked_at", "{look}", "Trunks looked at, by what was found.")


@dataclass(frozen=True, slots=True)
class Reach:
    """How hosts are reached: the dialer's table, each host's name in it, each host's manager."""

    rows: CarrierRows
    addresses: Mapping[tuple[str, str], str]
    checks: Mapping[tuple[str, str], HostCheck]


@dataclass(frozen=True, slots=True)
class Making:
    """What plans are made of besides the store."""

    directory: Directory
    box: SecretBox
    platform: Platform


class TrunkApplier:
    """Writes what is to be written, and verifies what was; one replica at a time."""

    def __init__(
        self, db: Database[TelephonyStore], leases: Leases, reach: Reach, making: Making
    ) -> None:
        self._db, self._leases, self._reach, self._making = db, leases, reach, making
        self._shares = CapShares(db, reach.addresses, reach.checks)

    async def run(self) -> None:
        """Works until cancelled."""
        await trouble_of("settle hosts", self.settle_hosts())
        guarded = self._leases.guard("apply-trunks", _LEASE_SECONDS, self.apply_due)
        await run_every(_EVERY_SECONDS, guarded, asyncio.Event())

    async def settle_hosts(self) -> None:
        """Has every trunk in the hosts of the settings, and in no others."""
        async with self._db.operator_transaction() as store:
            await store.trunks.settle_hosts(list(self._reach.addresses))

    async def apply_due(self) -> None:
        """Looks at everything that is due now."""
        async with self._db.operator_read() as store:
            due = await store.trunks.due(_BATCH)
        for known in due:
            await self._look_at(known)

    async def _look_at(self, known: TrunkHost) -> None:
        async with self._db.operator_read() as store:
            trunk = await store.trunks.get(known.tenant_id)
        try:
            if trunk.is_removed:
                await self._remove(known, trunk)
                return
            plan = await self._plan(known, trunk)
            known = await self._shares.share_of(known, plan)
            share = replace(plan, calls_max=known.calls_max)
            found, wait = await self._brought(known, trunk, share)
        except (TrunkUnusable, EntryNotKept, SecretUnreadable, DialerAway, Refusal) as error:
            reason = str(error) or type(error).__name__
            found = replace(known, state=TrunkState.FAILED, version=trunk.version, reason=reason)
            found, wait = replace(found, apply_time=None), _AGAIN
        if found.state is TrunkState.FAILED:
            log.error("a trunk is not up", tenant=known.tenant_id, cluster=known.cluster,
                      host=known.host, reason=found.reason)  # fmt: skip
        _applied.add(1, {"state": found.state.value.lower()})
        async with self._db.operator_transaction() as store:
            await store.trunks.note(found, wait)

    async def _plan(self, known: TrunkHost, trunk: Trunk) -> Plan:
        making = self._making
        entry = await making.directory.get(known.tenant_id)
        async with self._db.operator_read() as store:
            return await trunk_plan(store, making.box, trunk, entry, making.platform)

    async def _brought(
        self, known: TrunkHost, trunk: Trunk, plan: Plan
    ) -> tuple[TrunkHost, timedelta]:
        """Gives how far the trunk is after the next step, and when to look again."""
        now, check = self._db.clock.now(), self._reach.checks.get(_name(known))
        is_new = known.state is TrunkState.PENDING or known.version != trunk.version
        if is_new or known.apply_time is None:
            await self._write(known, trunk, plan)
            if check is not None:
                await check.set_limits(plan, is_open=trunk.is_open)
            applied = replace(known, state=TrunkState.APPLIED, version=trunk.version, reason="")
            return replace(applied, apply_time=now, verify_time=None), _SOON
        if not await self._is_current(known, trunk, plan):
            # A number or a campaign came or went, or somebody has edited the row.
            async with self._db.operator_transaction() as store:
                await store.trunks.touch([known.tenant_id])
            return replace(known, state=TrunkState.PENDING), _SOON
        if check is None:
            return replace(known, reason="There is no manager to ask."), _LATER
        problem = await check.problem(plan, trunk.version, is_open=trunk.is_open)
        if not problem:
            verified = replace(known, state=TrunkState.VERIFIED, reason="", verify_time=now)
            return verified, _LATER
        if known.state is TrunkState.APPLIED and now - known.apply_time < VERIFY_WITHIN:
            return replace(known, reason=problem), _SOON
        # The generator may have been half-way when it was asked.
        await self._write(known, trunk, plan)
        return replace(known, state=TrunkState.FAILED, reason=problem), _AGAIN

    async def _write(self, known: TrunkHost, trunk: Trunk, plan: Plan) -> None:
        address = self._address(known)
        row_id = carrier_row_id(plan.code, address)
        async with self._db.operator_transaction() as store:
            await store.trunks.register_row(known.tenant_id, row_id, address)
        await self._reach.rows.write(row_id, address, plan, trunk)

    async def _is_current(self, known: TrunkHost, trunk: Trunk, plan: Plan) -> bool:
        address = self._address(known)
        row_id = carrier_row_id(plan.code, address)
        return await self._reach.rows.is_current(row_id, address, plan, trunk)

    async def _remove(self, known: TrunkHost, trunk: Trunk) -> None:
        address, check = self._address(known), self._reach.checks.get(_name(known))
        async with self._db.operator_read() as store:
            code = await store.dialer_tenants.get(known.tenant_id)
        row_id = carrier_row_id(code.neutral, address)
        await self._reach.rows.remove(row_id, address)
        is_gone = check is None or await check.is_gone(trunk.prefix)
        async with self._db.operator_transaction() as store:
            if is_gone:
                await store.trunks.forget_host(known, row_id)
            else:
                left = replace(known, version=trunk.version, reason="Its removal is not seen yet.")
                await store.trunks.note(left, _SOON)

    def _address(self, known: TrunkHost) -> str:
        address = self._reach.addresses.get(_name(known))
        if address is None:
            raise TrunkUnusable("The host is not known any more.")
        return address


def _name(known: TrunkHost) -> tuple[str, str]:
    return known.cluster, known.host
