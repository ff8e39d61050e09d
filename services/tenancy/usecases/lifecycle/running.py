"""Takes a lifecycle run as far as it goes, and writes down how far that was."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from services.kit.db.transaction import Database
from services.kit.errors import Aborted, Refusal
from services.kit.logging import get_logger
from services.tenancy.domain.lifecycle import (
    LifecycleRun,
    RunKind,
    RunState,
    StepName,
    done,
    failed,
    started,
    state_after,
)
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.onboarding import LOOK_AGAIN
from services.tenancy.domain.tenant import Tenant
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_tenant import note_tenant
from services.tenancy.usecases.lifecycle.starting import note_run
from services.tenancy.usecases.send_notice import send_notice
from services.tenancy.usecases.trouble_text import is_passing, trouble_text

_ACTIONS: Final = {RunKind.SUSPEND: "tenants.suspend", RunKind.RESUME: "tenants.resume"}
_STATES: Final = {RunKind.SUSPEND: "suspended", RunKind.RESUME: "active again"}

log = get_logger(__name__)


class LifecycleRunner:
    """Advances runs that its caller has leased. Each step may be done again from its beginning."""

    def __init__(self, db: Database[TenancyStore], service_states: ServiceStates) -> None:
        self._db, self._clock, self._service_states = db, db.clock, service_states

    async def advance(self, tenant_id: str, run_id: str) -> None:
        """Does what can be done now. What goes wrong is written down, and when it goes on."""
        async with self._db.operator_read() as store:
            run = await store.lifecycle_runs.get(tenant_id, run_id)
        try:
            while run.state is RunState.RUNNING and (step := run.next_step) is not None:
                run = await self._save(started(run, step, self._clock.now()))
                if not await self._do(run, step.name):
                    return await self._look_again(run)
                run = await self._done(run)
        except Aborted:
            # Somebody else has it now.
            return None
        except Exception as error:
            await self._failed(run, error)

    async def _do(self, run: LifecycleRun, name: StepName) -> bool:
        """Does a step, or a bit of it; False if there is something to wait for."""
        match name:
            case StepName.LOG_INS:
                await self._set_state(run)
            case StepName.DIALER:
                return await self._service_states.follow(run)
            case StepName.NOTICE:
                await self._tell(run)
        return True

    async def _set_state(self, run: LifecycleRun) -> None:
        """Everything that logs in asks how the tenant stands, each minute at least."""
        async with self._db.operator_transaction() as store:
            tenant = await _tenant(store, run)
            wanted = replace(tenant, state=state_after(run.kind), version=tenant.version + 1)
            if wanted.state is not tenant.state:
                await store.tenants.set(wanted)
                await note_tenant(store, _ACTIONS[run.kind], wanted, before=tenant)

    async def _tell(self, run: LifecycleRun) -> None:
        async with self._db.operator_read() as store:
            tenant = await _tenant(store, run)
        since = run.create_time.astimezone(ZoneInfo(tenant.time_zone))
        told = {"state": _STATES[run.kind], "since": f"{since:%Y-%m-%d %H:%M}"}
        # The notice's id is the run's: however often this is done, one mail goes out.
        notice_id = f"lifecycle.{run.run_id}"
        asked = Asked(run.tenant_id, notice_id, NoticeKind.SERVICE_STATE, told, ())
        await send_notice(self._db, asked)

    async def _look_again(self, run: LifecycleRun) -> None:
        later = self._clock.now() + LOOK_AGAIN
        await self._save(replace(run, attempts=0, trouble="", next_attempt_time=later))

    async def _done(self, run: LifecycleRun) -> LifecycleRun:
        further = done(run, self._clock.now())
        async with self._db.operator_transaction() as store:
            await store.lifecycle_runs.save(further)
            if further.state is not RunState.RUNNING:
                await note_run(store, "lifecycleRuns.end", further, run)
        return further

    async def _save(self, run: LifecycleRun) -> LifecycleRun:
        async with self._db.operator_transaction() as store:
            await store.lifecycle_runs.save(run)
        return run

    async def _failed(self, run: LifecycleRun, error: Exception) -> None:
        log.warning(
            "a lifecycle run met trouble",
            tenant=run.tenant_id,
            run=run.run_id,
            exc_info=not isinstance(error, Refusal),
        )
        told, is_over = trouble_text(error), not is_passing(error)
        after = failed(run, told, for_good=is_over, now=self._clock.now())
        try:
            async with self._db.operator_transaction() as store:
                await store.lifecycle_runs.save(after)
                if after.state is RunState.FAILED:
                    await note_run(store, "lifecycleRuns.end", after, run)
        except Aborted:
            log.info("the run was taken up by somebody else", run=run.run_id)


async def _tenant(store: TenancyStore, run: LifecycleRun) -> Tenant:
    tenant = await store.tenants.find(run.tenant_id)
    assert tenant is not None, "a client that was in is never removed"
    return tenant
