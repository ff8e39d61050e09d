"""Keeps tenants' calls off the carriers on which each of them would lose money."""

from __future__ import annotations

import asyncio
from typing import Final

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.telephony.domain.provisioning.blocking import State
from services.telephony.domain.wish import Source, Wish
from services.telephony.partners.carrier_losses import CarrierLosses
from services.telephony.store import TelephonyStore
from services.telephony.usecases.trunks import usable_routes
from services.telephony.usecases.want_service_state import want_service_state

_EVERY_SECONDS: Final = 60.0
_LEASE: Final = "loss-guard"
_LEASE_SECONDS: Final = 120.0

log = get_logger(__name__)


class LossGuard:
    """Asks once a minute; while billing does not answer, what it last said holds."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        losses: CarrierLosses,
        states_came: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._losses = db, leases, losses
        self._states_came = states_came

    async def run(self) -> None:
        """Works until cancelled."""
        await run_every(_EVERY_SECONDS, self.look, asyncio.Event())

    async def look(self) -> None:
        """Takes over what billing says, unless another replica does; trunks follow."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            try:
                wanted = await self._losses.disallowed()
            except Unavailable:
                log.warning("losses can't be guarded against")
                return
            async with self._db.operator_transaction() as store:
                moved = sorted(await store.disallowed_carriers.replace(wanted))
                await store.trunks.touch(moved)
                for tenant_id in moved:
                    await want_service_state(store, tenant_id, await _wish(store, tenant_id))
            for tenant_id in moved:
                log.info("the carriers that calls may take changed", tenant=tenant_id)
            if moved:
                self._states_came.set()


async def _wish(store: TelephonyStore, tenant_id: str) -> Wish:
    """Without any carrier left, the entry that is in the dialer must not be dialed."""
    is_stuck = await store.disallowed_carriers.of(tenant_id) and not await usable_routes(
        store, tenant_id
    )
    state = State.OUTBOUND_BLOCKED if is_stuck else State.ACTIVE
    reason = "NO_CARRIER_ALLOWED" if is_stuck else ""
    return Wish(Source.LOSSES, state, reason, keep_inbound=True)
