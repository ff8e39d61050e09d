"""The steps of a run, forwards: intent, effect, look, outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import replace

from services.kit.db.transaction import Database
from services.kit.errors import Kind as RefusalKind
from services.kit.errors import Refusal
from services.telephony.domain.provisioning.clients import first_agents, first_campaign
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.kinds import (
    ACTIVE,
    PLACES,
    differences,
    expected,
    inactive,
)
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.domain.provisioning.plan import COPIED, Step, planned
from services.telephony.domain.provisioning.run import Run
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.ports import RouteSetup
from services.telephony.usecases.route_did import tell_dialer

_AT_ONCE = 4
_CODES_TRIED = 20
# Campaigns go on last: nothing is dialled before all that a call needs is there.
_ACTIVATION = (
    Kind.USER_GROUP, Kind.STATUS, Kind.PAUSE_CODE, Kind.LIST, Kind.IN_GROUP, Kind.PHONE,
    Kind.USER, Kind.CALLER_ID, Kind.DID, Kind.CAMPAIGN,
)  # fmt: skip


class ObjectTaken(Refusal):
    """The dialer has an object of this id that is not the tenant's."""

    kind = RefusalKind.FAILED_PRECONDITION
    reason = "DIALER_OBJECT_TAKEN"


class NotAsWritten(Refusal):
    """What was written reads otherwise."""

    kind = RefusalKind.FAILED_PRECONDITION
    reason = "DIALER_READ_BACK_DIFFERS"


class Maker:
    """Does steps. Each may be done again after it was interrupted anywhere."""

    def __init__(
        self, db: Database[TelephonyStore], dialer: Dialer, routes: RouteSetup | None
    ) -> None:
        self._db, self._dialer, self._routes = db, dialer, routes

    async def code(self, tenant_id: str) -> TenantCode:
        """Gives the tenant's code: one that nobody has used in the dialer, once and for all."""
        async with self._db.operator_transaction() as store:
            code = await store.dialer_tenants.allocate(tenant_id)
            if await store.dialer_objects.list(tenant_id):
                return code
        for _ in range(_CODES_TRIED):
            if await self._dialer.is_code_free(code):
                return code
            async with self._db.operator_transaction() as store:
                code = await store.dialer_tenants.replace(tenant_id)
        raise ObjectTaken("No free code was found.", code=code.text)

    async def do(self, run: Run, step: Step, code: TenantCode) -> None:
        """Does one step."""
        match step.name:
            case "route":
                await self._route(run)
            case "activation":
                await self._activate(run)
            case _:
                assert step.kind is not None
                await self._make(run, step, await self._objects(run, step.kind, code))

    async def _objects(self, run: Run, kind: Kind, code: TenantCode) -> list[DialerObject]:
        if kind in COPIED:
            return await self._dialer.copies(
                run.tenant_id, kind, run.setup.template_campaign, code.campaign(1)
            )
        return [made for made in planned(run.tenant_id, code, run.setup) if made.kind is kind]

    async def _make(self, run: Run, step: Step, objects: Sequence[DialerObject]) -> None:
        await self._intend(run, step, objects)

        async def make(wanted: DialerObject) -> None:
            await self._dialer.make(wanted, run.setup.template_campaign)
            await self._check(wanted, inactive(wanted))

        await _by_few(make(wanted) for wanted in objects)
        async with self._db.operator_transaction() as store:
            made = [wanted.with_state(ObjectState.INACTIVE) for wanted in objects]
            await store.dialer_objects.put_all(made)
            await store.provisioning_runs.note(run, step.name, "MADE", map(_named, objects))

    async def _intend(self, run: Run, step: Step, objects: Sequence[DialerObject]) -> None:
        async with self._db.operator_read() as store:
            known = await store.dialer_objects.list(run.tenant_id)
        ours = {(each.kind, each.object_id) for each in known}
        new = [each for each in objects if (each.kind, each.object_id) not in ours]
        for wanted in new:
            if await self._dialer.exists(wanted):
                raise ObjectTaken("It is in the dialer already.", object=_named(wanted))
        async with self._db.operator_transaction() as store:
            await store.dialer_objects.put_all(new)
            await store.provisioning_runs.note(run, step.name, "INTENDED", map(_named, new))

    async def _route(self, run: Run) -> None:
        columns = await self._routes.ensure(run.tenant_id) if self._routes else {}
        async with self._db.operator_read() as store:
            campaigns = await store.dialer_objects.list(run.tenant_id, [Kind.CAMPAIGN])
        for campaign in campaigns:
            routed = replace(campaign, fields={**campaign.fields, **columns})
            await self._dialer.make(routed)
            await self._check(routed, inactive(routed))
            async with self._db.operator_transaction() as store:
                await store.dialer_objects.put(routed)

    async def _activate(self, run: Run) -> None:
        await self._dialer.refresh()
        for kind in _ACTIVATION:
            async with self._db.operator_read() as store:
                objects = await store.dialer_objects.list(run.tenant_id, [kind])

            async def activate(wanted: DialerObject) -> None:
                switch = PLACES[wanted.kind].switch
                if switch is not None:
                    await self._dialer.switch(wanted, expected(wanted).get(switch, ACTIVE))
                await self._check(wanted, expected(wanted))

            await _by_few(activate(wanted) for wanted in objects)
            async with self._db.operator_transaction() as store:
                switched = [wanted.with_state(ObjectState.ACTIVE) for wanted in objects]
                await store.dialer_objects.put_all(switched)
                await store.provisioning_runs.note(
                    run, "activation", "ACTIVATED", map(_named, objects)
                )
        await self._show(run)

    async def _show(self, run: Run) -> None:
        """Lets the client see what it has got, once."""
        async with self._db.operator_transaction() as store:
            now = store.scope.time
            if not await store.campaigns.all(run.tenant_id):
                await store.campaigns.add(first_campaign(run.tenant_id, run.setup, now))
            known = await store.agents.by_numbers(run.tenant_id)
            for agent in first_agents(run.tenant_id, run.setup, now):
                if agent.number not in known:
                    await store.agents.add(agent)
            # Numbers that it came to hold when the dialer had nobody to take their calls.
            for did in await store.dids.held(run.tenant_id):
                await tell_dialer(store, did)

    async def _check(self, wanted: DialerObject, fields: dict[str, str]) -> None:
        actual = await self._dialer.read(wanted)
        faults = [name for name, _, _ in differences(fields, actual or {})]
        if actual is None or faults:
            raise NotAsWritten(
                "What was written reads otherwise.",
                object=_named(wanted),
                fields=",".join(faults) or "all",
            )


def _named(known: DialerObject) -> str:
    return f"{known.kind.value} {known.object_id}"


async def _by_few(works: Iterable[Awaitable[None]]) -> None:
    """Awaits all, a few at once; raises the first trouble when the others have ended."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(work: Awaitable[None]) -> None:
        async with free:
            await work

    results = await asyncio.gather(*map(one, works), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
