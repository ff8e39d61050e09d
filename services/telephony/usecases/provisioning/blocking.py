"""Brings a tenant's service state into the dialer: holds back, and gives back what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.blocking import ServiceState
from services.telephony.domain.provisioning.kinds import INACTIVE, PLACES
from services.telephony.domain.provisioning.objects import DialerObject, Kind
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.ports import RouteSetup


class Blocker:
    """Applies states; whoever calls it holds the tenant's lease. It may be interrupted anywhere.

    What an object's switch was is written down before it is turned, once: however often that is
    repeated, what is given back is what was there at first.
    """

    def __init__(
        self, db: Database[TelephonyStore], dialer: Dialer, routes: RouteSetup | None
    ) -> None:
        self._db, self._dialer, self._routes = db, dialer, routes

    async def apply(self, state: ServiceState) -> None:
        """Makes the dialer follow the state."""
        if self._routes is not None and not state.lets_calls_out:
            # First: the one thing that stops calls which are being placed this moment.
            await self._routes.set_open(state.tenant_id, False)
        objects = await self._objects(state.tenant_id)
        for kind in state.held_kinds:
            await self._hold([known for known in objects if known.kind is kind])
        await self._release([
            known for known in objects if known.held and known.kind not in state.held_kinds
        ])  # fmt: skip
        if self._routes is not None and state.lets_calls_out:
            await self._routes.set_open(state.tenant_id, True)
        async with self._db.operator_transaction() as store:
            await store.service_states.applied(state)

    async def _hold(self, objects: Sequence[DialerObject]) -> None:
        for known in objects:
            if not known.held:
                await self._remember(known)
            await self._dialer.switch(known, INACTIVE)
        ids = {kind: [o.object_id for o in objects if o.kind is kind] for kind in Kind}
        # After the campaigns are off, so that nothing fills it again.
        await self._dialer.empty_hopper(ids[Kind.CAMPAIGN])
        await self._dialer.log_out(ids[Kind.USER])

    async def _remember(self, known: DialerObject) -> None:
        switch = PLACES[known.kind].switch
        actual = await self._dialer.read(known)
        if switch is None or actual is None:
            return
        held = {switch: actual.get(switch) or INACTIVE}
        async with self._db.operator_transaction() as store:
            await store.dialer_objects.set_held(replace(known, held=held))

    async def _release(self, objects: Sequence[DialerObject]) -> None:
        """Campaigns last, as when they were made."""
        for known in sorted(objects, key=lambda each: each.kind is Kind.CAMPAIGN):
            for value in known.held.values():
                await self._dialer.switch(known, value)
            async with self._db.operator_transaction() as store:
                await store.dialer_objects.set_held(replace(known, held={}))

    async def _objects(self, tenant_id: str) -> list[DialerObject]:
        async with self._db.operator_read() as store:
            return await store.dialer_objects.list(tenant_id)
