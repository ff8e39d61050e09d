"""The steps of a run, backwards: what was made is removed, and what was left by using it."""

from __future__ import annotations

from collections.abc import Sequence

from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.kinds import INACTIVE, ORDER
from services.telephony.domain.provisioning.objects import DialerObject, Kind
from services.telephony.domain.provisioning.run import Run
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.partners.dialer.sweeping import Sweeper
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.ports import RouteSetup


class Unmaker:
    """Removes a tenant from the dialer. Each part may be done again."""

    def __init__(
        self, db: Database[TelephonyStore], dialer: Dialer, routes: RouteSetup | None
    ) -> None:
        self._db, self._dialer, self._routes = db, dialer, routes
        self._sweeper = Sweeper(dialer.tables)

    async def stop(self, run: Run) -> None:
        """Switches everything off, campaigns first: nothing of the tenant's dials any more."""
        if self._routes is not None:
            await self._routes.set_open(run.tenant_id, False)
        objects = await self._objects(run)
        for known in sorted(objects, key=_campaigns_first):
            await self._dialer.switch(known, INACTIVE)
        await self._dialer.empty_hopper(_ids(objects, Kind.CAMPAIGN))
        await self._dialer.log_out(_ids(objects, Kind.USER))
        await self._note(run, "STOPPED", [])

    async def remove(self, run: Run, code: TenantCode) -> None:
        """Removes the route, every object, those that others made too, and all traces."""
        if self._routes is not None:
            await self._routes.remove(run.tenant_id)
        # While the lists are there: they tell which leads' rows go.
        await self._sweeper.sweep(code)
        for kind in reversed(ORDER):
            objects = [known for known in await self._objects(run) if known.kind is kind]
            await self._note(run, "TO_REMOVE", objects)
            for known in objects:
                await self._dialer.remove(known)
                if known.kind is Kind.DID:
                    await self._sweeper.sweep_number(known.object_id)
            async with self._db.operator_transaction() as store:
                for known in objects:
                    await store.dialer_objects.remove(run.tenant_id, kind, known.object_id)
            await self._note(run, "REMOVED", objects)
        await self._dialer.refresh()
        # What removing it has written about it.
        await self._sweeper.sweep_texts(code)

    async def _objects(self, run: Run) -> list[DialerObject]:
        async with self._db.operator_read() as store:
            return await store.dialer_objects.list(run.tenant_id)

    async def _note(self, run: Run, event: str, objects: Sequence[DialerObject]) -> None:
        names = [f"{known.kind.value} {known.object_id}" for known in objects]
        async with self._db.operator_transaction() as store:
            await store.provisioning_runs.note(run, "undo", event, names)


def _campaigns_first(known: DialerObject) -> bool:
    return known.kind is not Kind.CAMPAIGN


def _ids(objects: Sequence[DialerObject], kind: Kind) -> list[str]:
    return [known.object_id for known in objects if known.kind is kind]
