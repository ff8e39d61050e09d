"""Takes a run as far as it goes, and writes down how far that was."""

from __future__ import annotations

from dataclasses import replace

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import Aborted, Refusal
from services.kit.logging import get_logger
from services.tenancy.domain import audit_facts
from services.tenancy.domain.durable_run import LOOK_AGAIN, Step, StepState
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.onboarding import Run, RunState, StepName, failed
from services.tenancy.partners.dialer import Dialer
from services.tenancy.partners.prices import Prices
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.onboarding.starting import note_run
from services.tenancy.usecases.send_notice import send_notice
from services.tenancy.usecases.trouble_text import is_passing, trouble_text

log = get_logger(__name__)


class Runner:
    """Advances runs that its caller has leased. Each step may be done again from its beginning."""

    def __init__(self, db: Database[TenancyStore], dialer: Dialer, prices: Prices) -> None:
        self._db, self._clock, self._dialer, self._prices = db, db.clock, dialer, prices

    async def advance(self, tenant_id: str, run_id: str) -> None:
        """Does what can be done now. What goes wrong is written down, and when it goes on."""
        async with self._db.operator_read() as store:
            run = await store.onboarding_runs.get(run_id)
        try:
            if run.state is RunState.UNDOING:
                await self._undo(run)
                return None
            while run.state is RunState.RUNNING and (step := run.next_step) is not None:
                run = await self._save(run.with_step(self._started(step)))
                if not await self._do(run, step.name):
                    return await self._wait(run)
                run = await self._done(run, step.name)
        except Aborted:
            # Somebody else has it now.
            return None
        except Exception as error:
            await self._failed(run, error)

    def _started(self, step: Step[StepName]) -> Step[StepName]:
        begin = step.start_time or self._clock.now()
        return replace(step, state=StepState.STARTED, start_time=begin, trouble="")

    async def _do(self, run: Run, name: StepName) -> bool:
        """Does a step, or a bit of it; False if there is something to wait for."""
        match name:
            case StepName.AGREEMENT:
                # Whoever accepts it does the step.
                await self._tell(run, "agreement", NoticeKind.AGREEMENT)
                return False
            case StepName.DIALER:
                return await self._dialer.provision(run)
            case StepName.PRICES:
                await self._prices.subscribe(run)
            case StepName.ROUTES:
                await self._dialer.give_routes(run)
            case StepName.WELCOME:
                await self._tell(run, "welcome", NoticeKind.WELCOME)
            case _:
                raise AssertionError(f"{name} is done when a run begins")
        return True

    async def _tell(self, run: Run, name: str, kind: NoticeKind) -> None:
        async with self._db.operator_read() as store:
            tenant = await store.tenants.find(run.tenant_id)
        assert tenant is not None, "a client is there until its run is undone"
        host_name = next(iter(tenant.host_names), "your portal")
        address = {"address": host_name}
        # The notice's id is the run's: however often this is done, one mail goes out.
        asked = Asked(run.tenant_id, f"{name}.{run.run_id}", kind, address)
        await send_notice(self._db, asked)

    async def _wait(self, run: Run) -> None:
        if run.step(StepName.AGREEMENT).state is not StepState.DONE:
            run = replace(run, state=RunState.WAITING)
        later = self._clock.now() + LOOK_AGAIN
        await self._save(replace(run, attempts=0, trouble="", next_attempt_time=later))

    async def _done(self, run: Run, name: StepName) -> Run:
        now = self._clock.now()
        done = replace(run.step(name), state=StepState.DONE, end_time=now)
        run = replace(run.with_step(done), attempts=0, trouble="")
        if run.next_step is not None:
            return await self._save(run)
        ended = replace(run, state=RunState.SUCCEEDED, end_time=now)
        return await self._end(ended, run)

    async def _undo(self, run: Run) -> None:
        is_begun = run.step(StepName.DIALER).state is not StepState.PENDING
        if is_begun and not await self._dialer.remove(run.tenant_id):
            await self._save(replace(run, next_attempt_time=self._clock.now() + LOOK_AGAIN))
            return
        now = self._clock.now()
        steps = tuple(
            step
            if step.state is StepState.PENDING
            else replace(step, state=StepState.UNDONE, end_time=now)
            for step in run.steps
        )
        await self._end(replace(run, state=RunState.UNDONE, steps=steps, end_time=now), run)

    async def _end(self, ended: Run, before: Run) -> Run:
        async with self._db.operator_transaction() as store:
            await store.onboarding_runs.save(ended)
            if ended.state is RunState.UNDONE:
                await _remove_client(store, ended.tenant_id)
            await note_run(store, "onboardingRuns.end", ended, before)
        return ended

    async def _save(self, run: Run) -> Run:
        async with self._db.operator_transaction() as store:
            await store.onboarding_runs.save(run)
        return run

    async def _failed(self, run: Run, error: Exception) -> None:
        log.warning(
            "an onboarding run met trouble",
            tenant=run.tenant_id,
            run=run.run_id,
            exc_info=not isinstance(error, Refusal),
        )
        now = self._clock.now()
        try:
            await self._save(
                failed(run, trouble_text(error), for_good=not is_passing(error), now=now)
            )
        except Aborted:
            log.info("the run was taken up by somebody else", run=run.run_id)


async def _remove_client(store: TenancyStore, tenant_id: str) -> None:
    tenant = await store.tenants.find(tenant_id)
    operator = await store.tenants.find_operator()
    if tenant is None or operator is None:
        return
    await store.tenants.remove(tenant_id)
    facts, resource = audit_facts.of_tenant(tenant), f"tenants/{tenant_id}"
    await note_change(store, Change(operator.tenant_id, "tenants.remove", resource, before=facts))
