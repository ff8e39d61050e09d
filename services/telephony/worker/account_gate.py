"""Stops and lets go on what tenants' accounts say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.telephony.domain.wish import Source, Wish
from services.telephony.partners.accounts import BATCH_MAX, Accounts
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.list_live_calls import count_live_calls
from services.telephony.usecases.want_service_state import want_service_state

_EVERY_SECONDS: Final = 5.0
_LEASE: Final = "account-gate"
_LEASE_SECONDS: Final = 30.0
_NONE_YET: Final = Wish(Source.ACCOUNT, keep_inbound=True)

log = get_logger(__name__)


class AccountGate:
    """Asks every five seconds; while billing does not answer, everything stays as it is.

    Billing shuts what it cannot work out itself; a billing that is away for a while must not
    stop every client's calls.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        accounts: Accounts,
        live: LiveTables | None,
        states_came: asyncio.Event,
    ) -> None:
        self._db, self._leases, self._accounts = db, leases, accounts
        self._live, self._states_came = live, states_came

    async def run(self) -> None:
        """Works until cancelled."""
        await run_every(_EVERY_SECONDS, self.check, asyncio.Event())

    async def check(self) -> None:
        """Asks for every tenant that is in the dialer, unless another replica does."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            async with self._db.operator_read() as store:
                tenants = [tenant_id for tenant_id, _ in await store.dialer_tenants.all()]
                had = await store.wishes.from_source(Source.ACCOUNT)
            for start in range(0, len(tenants), BATCH_MAX):
                await self._check(tenants[start : start + BATCH_MAX], had)

    async def _check(self, tenants: Sequence[str], had: Mapping[str, Wish]) -> None:
        live_calls = {tenant_id: await self._live_calls(tenant_id) for tenant_id in tenants}
        try:
            wishes = await self._accounts.check(live_calls)
        except Unavailable:
            log.warning("accounts can't be checked", tenants=len(tenants))
            return
        for tenant_id, wish in wishes.items():
            if wish != had.get(tenant_id, _NONE_YET):
                await self._want(tenant_id, wish)

    async def _want(self, tenant_id: str, wish: Wish) -> None:
        async with self._db.operator_transaction() as store:
            await want_service_state(store, tenant_id, wish)
        log.info("an account's gate moved", tenant=tenant_id, state=wish.state, reason=wish.reason)
        self._states_came.set()

    async def _live_calls(self, tenant_id: str) -> int:
        """Counts the calls that are up; while the dialer can't be asked, none are set aside for."""
        try:
            return await count_live_calls(self._db, self._live, tenant_id)
        except Unavailable:
            return 0
