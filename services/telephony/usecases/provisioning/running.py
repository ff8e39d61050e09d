"""Takes a run as far as it goes, and writes down how far that was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.kit.db.transaction import Database
from services.kit.errors import Refusal
from services.kit.logging import get_logger
from services.kit.telemetry import counter
from services.telephony.domain.provisioning.plan import STEPS
from services.telephony.domain.provisioning.run import (
    ATTEMPTS_MAX,
    Run,
    RunState,
    RunStateForbids,
    RunStep,
    StepState,
    wait_after,
)
from services.telephony.domain.provisioning.setup import Setup, checked
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.making import Maker, NotAsWritten, ObjectTaken
from services.telephony.usecases.provisioning.ports import RouteSetup
from services.telephony.usecases.provisioning.sql_access import SqlAccess
from services.telephony.usecases.provisioning.unmaking import Unmaker

# What no second attempt makes better.
_FINAL = (ObjectTaken, NotAsWritten)

log = get_logger(__name__)
_ended = counter("telephony.provisioning.runs", "{run}", "Runs of provisioning that ended.")


class Superseded(Exception):
    """The run is no longer in the state in which this was begun."""


async def start_run(
    store: TelephonyStore, tenant_id: str, run_id: str, setup: Setup, now: datetime
) -> Run:
    """Adds a run; refuses with TENANT_PROVISIONED while the tenant has one that is not undone."""
    steps = tuple(RunStep(position, step.name) for position, step in enumerate(STEPS))
    run = Run(tenant_id, run_id, RunState.RUNNING, checked(setup), now, now, steps=steps)
    await store.provisioning_runs.add(run)
    return run


async def retry_run(store: TelephonyStore, tenant_id: str, run_id: str, now: datetime) -> Run:
    """Lets a run that failed go on; one that runs does so at once."""
    run = await store.provisioning_runs.lock(tenant_id, run_id)
    if run.state not in (RunState.FAILED, RunState.RUNNING, RunState.UNDOING):
        raise RunStateForbids("The run has ended.", state=run.state.value)
    undoing = any(step.state in (StepState.UNDOING, StepState.UNDONE) for step in run.steps)
    state = RunState.UNDOING if undoing or run.state is RunState.UNDOING else RunState.RUNNING
    run = replace(run, state=state, attempts=0, next_attempt_time=now, end_time=None)
    await store.provisioning_runs.save(run)
    return run


async def undo_run(store: TelephonyStore, tenant_id: str, run_id: str, now: datetime) -> Run:
    """Has the run undone, whatever it has done so far."""
    run = await store.provisioning_runs.lock(tenant_id, run_id)
    if run.state is RunState.UNDONE:
        raise RunStateForbids("The run is undone.", state=run.state.value)
    if run.state is not RunState.UNDOING:
        run = replace(run, state=RunState.UNDOING, attempts=0, trouble="", next_attempt_time=now,
                      end_time=None)  # fmt: skip
        await store.provisioning_runs.save(run)
    return run


class Runner:
    """Advances runs; whoever calls it holds the run's lease."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        dialer: Dialer,
        routes: RouteSetup | None = None,
        access: SqlAccess | None = None,
    ) -> None:
        self._db, self._clock, self._access = db, db.clock, access
        self._maker, self._unmaker = Maker(db, dialer, routes), Unmaker(db, dialer, routes)

    async def advance(self, tenant_id: str, run_id: str) -> None:
        """Does what is left of the run. What goes wrong is written down, and when it goes on."""
        async with self._db.operator_read() as store:
            run = await store.provisioning_runs.get(tenant_id, run_id)
        try:
            if run.state is RunState.RUNNING:
                await self._do(run)
            elif run.state is RunState.UNDOING:
                await self._undo(run)
        except Superseded:
            return
        except Exception as error:
            await self._failed(run, error)

    async def _do(self, run: Run) -> None:
        code = await self._maker.code(run.tenant_id)
        for step, planned in zip(run.steps, STEPS, strict=True):
            if step.state is StepState.DONE:
                continue
            now = self._clock.now()
            started = replace(step, state=StepState.STARTED, start_time=now, trouble="")
            await self._save_step(run, started)
            await self._maker.do(run, planned, code)
            await self._save_step(
                run, replace(started, state=StepState.DONE, end_time=self._clock.now())
            )
        await self._end(run, RunState.SUCCEEDED)

    async def _undo(self, run: Run) -> None:
        async with self._db.operator_read() as store:
            code = await store.dialer_tenants.find(run.tenant_id)
        begun = [step for step in run.steps if step.state is not StepState.PENDING]
        for step in reversed(begun):
            await self._save_step(run, replace(step, state=StepState.UNDOING, end_time=None))
        if self._access is not None:
            await self._access.remove(run.tenant_id)
        if code is not None:
            await self._unmaker.stop(run)
            await self._unmaker.remove(run, code)
        now = self._clock.now()
        for step in reversed(begun):
            await self._save_step(run, replace(step, state=StepState.UNDONE, end_time=now))
        await self._end(run, RunState.UNDONE)

    async def _save_step(self, run: Run, step: RunStep) -> None:
        async with self._db.operator_transaction() as store:
            current = await store.provisioning_runs.lock(run.tenant_id, run.run_id)
            if current.state is not run.state:
                raise Superseded
            await store.provisioning_runs.save_step(run, step)
            if step.state is StepState.DONE and current.attempts:
                # It goes on: only attempts in vain count.
                await store.provisioning_runs.save(replace(current, attempts=0, trouble=""))

    async def _end(self, run: Run, state: RunState) -> None:
        async with self._db.operator_transaction() as store:
            current = await store.provisioning_runs.lock(run.tenant_id, run.run_id)
            if current.state is not run.state:
                raise Superseded
            now = self._clock.now()
            await store.provisioning_runs.save(
                replace(current, state=state, trouble="", end_time=now)
            )
            if state is RunState.UNDONE:
                await store.dialer_tenants.forget(run.tenant_id)
                await store.service_states.forget(run.tenant_id)
                await store.provisioning_runs.forget_clients(run.tenant_id)
        _ended.add(1, {"state": state.value})

    async def _failed(self, run: Run, error: Exception) -> None:
        text = _told(error)
        log.warning(
            "a provisioning run met trouble",
            tenant=run.tenant_id,
            run=run.run_id,
            trouble=text,
            exc_info=not isinstance(error, Refusal),
        )
        async with self._db.operator_transaction() as store:
            current = await store.provisioning_runs.lock(run.tenant_id, run.run_id)
            if current.state is not run.state:
                return
            attempts = current.attempts + 1
            over = attempts >= ATTEMPTS_MAX or isinstance(error, _FINAL)
            now = self._clock.now()
            await store.provisioning_runs.save(
                replace(
                    current,
                    attempts=attempts,
                    trouble=text,
                    state=RunState.FAILED if over else current.state,
                    next_attempt_time=now + wait_after(attempts),
                    end_time=now if over else None,
                )
            )
            for step in current.steps:
                if step.state is StepState.STARTED:
                    await store.provisioning_runs.save_step(run, replace(step, trouble=text))


def _told(error: Exception) -> str:
    """What an operator reads; of a bug no more than its name."""
    if isinstance(error, Refusal):
        details = " ".join(f"{key}={value}" for key, value in sorted(error.metadata.items()))
        return f"{error.reason}: {error.message} {details}".strip()[:300]
    return type(error).__name__
