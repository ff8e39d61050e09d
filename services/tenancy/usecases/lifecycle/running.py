"""Takes a lifecycle run as far as it goes, and writes down how far that was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.kit.db.transaction import Database
from services.kit.errors import Aborted, Refusal
from services.kit.logging import get_logger
from services.tenancy.domain.durable_run import LOOK_AGAIN
from services.tenancy.domain.lifecycle import done, failed, started, state_after, waiting
from services.tenancy.domain.lifecycle_run import LifecycleRun, RunKind, RunState, StepName
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.tenant import Tenant
from services.tenancy.partners.final_invoices import FinalInvoices
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_tenant import note_tenant
from services.tenancy.usecases.lifecycle.starting import note_run
from services.tenancy.usecases.send_notice import send_notice
from services.tenancy.usecases.trouble_text import is_passing, trouble_text

_ACTIONS: Final = {
    RunKind.SUSPEND: "tenants.suspend",
    RunKind.RESUME: "tenants.resume",
    RunKind.TERMINATE: "tenants.terminate",
}
_STATES: Final = {
    RunKind.SUSPEND: "suspended",
    RunKind.RESUME: "active again",
    RunKind.TERMINATE: "ended",
    RunKind.WITHDRAW: "not cancelled any more",
}
_GOING: Final = (RunState.RUNNING, RunState.WAITING)
_HELD: Final = "Another change of this client has not come to its end."
# How soon an invoice goes on whose draft was released.
_LOOK_AT_DRAFT: Final = timedelta(minutes=1)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Partners:
    """Who is asked by runs."""

    service_states: ServiceStates
    final_invoices: FinalInvoices


class LifecycleRunner:
    """Advances runs that its caller has leased. Each step may be done again from its beginning."""

    def __init__(self, db: Database[TenancyStore], partners: Partners) -> None:
        self._db, self._clock, self._partners = db, db.clock, partners

    async def advance(self, tenant_id: str, run_id: str) -> None:
        """Does what can be done now. What goes wrong is written down, and when it goes on."""
        async with self._db.operator_read() as store:
            run = await store.lifecycle_runs.get(tenant_id, run_id)
        try:
            while run.state in _GOING and (step := run.next_step) is not None:
                run = await self._save(started(run, step, self._clock.now()))
                if (later := await self._do(run, step.name)) is not None:
                    await self._save(later)
                    return
                run = await self._done(run)
        except Aborted:
            # Somebody else has it now.
            return
        except Exception as error:
            await self._failed(run, error)

    async def _do(self, run: LifecycleRun, name: StepName) -> LifecycleRun | None:
        """Does a step, or a bit of it; gives the run with its wait if there is one."""
        match name:
            case StepName.CONFIRMATION:
                await self._tell(run, name, "cancelled")
            case StepName.END_OF_SERVICE:
                return await self._wait_for_end(run)
            case StepName.LOG_INS:
                await self._set_state(run)
            case StepName.DIALER:
                if not await self._partners.service_states.follow(run):
                    later = self._clock.now() + LOOK_AGAIN
                    return replace(run, attempts=0, trouble="", next_attempt_time=later)
            case StepName.NOTICE:
                await self._tell(run, name, _STATES[run.kind])
            case StepName.FINAL_INVOICE:
                return await self._bill(run)
        return None

    async def _wait_for_end(self, run: LifecycleRun) -> LifecycleRun | None:
        end, now = _end(run), self._clock.now()
        if now < end:
            return waiting(run, end)
        async with self._db.operator_read() as store:
            is_held = await store.lifecycle_runs.has_open(run.tenant_id, run.run_id)
        return waiting(run, now + LOOK_AGAIN, _HELD) if is_held else None

    async def _bill(self, run: LifecycleRun) -> LifecycleRun | None:
        found = await self._partners.final_invoices.make(run.tenant_id, _end(run))
        if found.is_issued:
            return None
        if found.is_parked:
            parked = f"The draft of {found.month} is parked, and waits for its release."
            return waiting(run, self._clock.now() + _LOOK_AT_DRAFT, parked)
        return waiting(run, found.due_time)

    async def _set_state(self, run: LifecycleRun) -> None:
        """Everything that logs in asks how the tenant stands, each minute at least."""
        async with self._db.operator_transaction() as store:
            tenant = await _tenant(store, run)
            wanted = replace(
                tenant,
                state=state_after(run.kind),
                service_end_time=run.service_end_time,
                version=tenant.version + 1,
            )
            if wanted.state is not tenant.state:
                await store.tenants.set(wanted)
                await note_tenant(store, _ACTIONS[run.kind], wanted, before=tenant)

    async def _tell(self, run: LifecycleRun, name: StepName, state: str) -> None:
        """Sends a notice whose id is the step's: however often it is done, one mail goes out."""
        async with self._db.operator_read() as store:
            tenant = await _tenant(store, run)
        local = (run.service_end_time or run.create_time).astimezone(ZoneInfo(tenant.time_zone))
        told = {"state": state, "since": f"{local:%Y-%m-%d %H:%M}"}
        is_of_end = run.kind is RunKind.TERMINATE
        kind = NoticeKind.SERVICE_END if is_of_end else NoticeKind.SERVICE_STATE
        asked = Asked(run.tenant_id, f"lifecycle.{run.run_id}.{name}", kind, told)
        await send_notice(self._db, asked)

    async def _done(self, run: LifecycleRun) -> LifecycleRun:
        further = done(run, self._clock.now())
        async with self._db.operator_transaction() as store:
            await store.lifecycle_runs.save(further)
            if further.state is RunState.SUCCEEDED:
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


def _end(run: LifecycleRun) -> datetime:
    assert run.service_end_time is not None, "a run that ends a service knows when"
    return run.service_end_time


async def _tenant(store: TenancyStore, run: LifecycleRun) -> Tenant:
    tenant = await store.tenants.find(run.tenant_id)
    assert tenant is not None, "a client that was in is never removed"
    return tenant
